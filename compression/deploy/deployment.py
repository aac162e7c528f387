"""A compressed model as a user would deploy it: an ONNX file with the kernels the runtime really has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx

from compression.deploy.int8 import layer_ranges, quantize_onnx
from compression.deploy.onnx import swap_weights
from compression.deploy.packed import pack_weights
from compression.deploy.simulated import round_activations
from compression.encoding import Grid, NumberFormat
from compression.models.compressed import Compressed, weight_names

Array = np.ndarray[Any, np.dtype[Any]]
Ranges = Mapping[str, tuple[float, float]]
RangesOf = Callable[[bytes, Ranges], Ranges]
"""The ranges of all activations of a float file, given those that are known already."""

KERNEL_BITS = 8
"""The only activation bits that ONNX Runtime's CPU kernels compute in. It has 4-bit weights too (MatMulNBits), but
with float activations, which were slower than plain floats here: 0.8 to 0.95 times as fast on the MLP and the ViT."""


@dataclass(frozen=True)
class Deployed:
    """A model in the kernels it would run in, and what the recipe says it computes.

    ``loaded`` is the ONNX file with its weights as the runtime holds them, ``exact`` the one that computes exactly
    what the recipe describes, slowly if it has to: another file only where no kernel computes so.
    """

    loaded: bytes
    exact: bytes
    formats: Mapping[str, NumberFormat] = field(default_factory=lambda: MappingProxyType({}))
    """Of the weights that the file to ship stores in fewer bits than the runtime holds them in."""
    int8_operators: tuple[str, ...] = ()
    float_layers: tuple[str, ...] = ()
    """Layers that compute in floats beside the int8 ones."""
    reason: str = ""
    """Why it computes in floats although it was meant to round activations."""

    @cached_property
    def model(self) -> bytes:
        """The file to ship: packed weights give exactly those of ``loaded`` when it is opened."""
        return pack_weights(self.loaded, self.formats)

    @property
    def is_int8(self) -> bool:
        return bool(self.int8_operators)

    @property
    def is_exact(self) -> bool:
        return self.exact is self.loaded


def deploy(compressed: Compressed, template: onnx.ModelProto, ranges: RangesOf) -> Deployed:
    """int8 kernels where activations have 8 bits and weights at most 8; float32 with packed weights otherwise.

    ``template`` is the export of a model of the same architecture and widths: only its weights are
    swapped (1 ms instead of 100 ms). ``ranges`` is only asked where kernels are possible.
    """
    floats = swap_weights(template, dict(compressed.module.state_dict()))
    if not compressed.activations:
        return Deployed(floats, floats, compressed.formats)
    scales, reason = kernel_scales(compressed)
    if not reason:
        known = layer_ranges(floats, compressed.activations)
        graph = quantize_onnx(floats, ranges(floats, known), scales=scales)
        if graph.model is not None:
            file = graph.model
            return Deployed(
                file, file, int8_operators=graph.quantized, float_layers=graph.float_layers
            )
        reason = graph.reason
    exact = round_activations(floats, compressed.activations)
    return Deployed(floats, exact, compressed.formats, reason=reason)


def kernel_scales(compressed: Compressed) -> tuple[dict[str, Array], str]:
    """The scale of each weight's integers; or none, and the sentence that says why there can be none."""
    names = weight_names(compressed.module)
    found = {number_format.bits for number_format in compressed.activations.values()}
    if found != {KERNEL_BITS} or len(compressed.activations) < len({_path(n) for n in names}):
        bits = " and ".join(str(value) for value in sorted(found))
        return {}, f"No kernel here computes with {bits}-bit activations."
    scales: dict[str, Array] = {}
    for name in names:
        number_format = compressed.formats.get(name)
        scale = _int8_scale(compressed.module.get_parameter(name).detach().numpy(), number_format)
        if scale is None:
            return {}, f"No kernel here computes with {words(number_format)} and 8-bit activations."
        scales[name] = scale
    return scales, ""


def _int8_scale(weight: Array, number_format: NumberFormat | None) -> Array | None:
    """The step of which each row of weights is a multiple by -128..127, float32 [rows or 1]; None if there is none.

    Small floats have one too: the values of E2M1 are the multiples 0, 1, 2, 3, 4, 6, 8 and 12 of a half.
    """
    if not isinstance(number_format, Grid) or number_format.kind == "codebook":
        return None
    if number_format.scale.shape[1] > 1 or number_format.levels.size > 256:
        return None
    unit = 1.0 if number_format.is_integer else float(np.diff(number_format.levels).min())
    scale = np.abs(number_format.scale[:, 0]) * np.float32(unit)
    multiples = weight.reshape(weight.shape[0], -1) / scale[:, None]
    codes = np.rint(multiples)
    fits = np.abs(multiples - codes).max(initial=0) < 1e-3
    return scale if fits and codes.min() >= -128 and codes.max() <= 127 else None


def words(number_format: NumberFormat | None) -> str:
    """Weights of this format, in words: ``3-bit integers in groups of 32``."""
    if not isinstance(number_format, Grid):
        return "32-bit float weights"
    groups = f" in groups of {number_format.group}" if number_format.group else ""
    if number_format.kind == "codebook":
        return f"codebooks of {number_format.levels.size}{groups}"
    if number_format.kind == "float":
        bits = 1 + number_format.exponent + number_format.mantissa
        return f"{bits}-bit floats ({number_format.label}){groups}"
    few = {2: "binary weights", 3: "ternary weights"}
    whole = few.get(number_format.levels.size, f"{number_format.bits:.0f}-bit integers")
    offset = "" if number_format.is_symmetric else " with zero points"
    return f"{whole}{offset}{groups}"


def _path(name: str) -> str:
    return name.rpartition(".")[0]
