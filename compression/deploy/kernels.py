"""Which layers the runtime has an int8 kernel for, and a format of weights in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from compression.encoding import Grid, NumberFormat
from compression.models.compressed import Compressed, weight_names

Array = np.ndarray[Any, np.dtype[Any]]

KERNEL_BITS = 8
"""The only activation bits that ONNX Runtime's CPU kernels compute in. It has 4-bit weights too (MatMulNBits), but
with float activations, which were slower than plain floats here: 0.8 to 0.95 times as fast on the MLP and the ViT."""


def kernel_scales(compressed: Compressed) -> tuple[dict[str, Array], str]:
    """The scale of each weight's integers; or none, and the sentence that says why there can be none."""
    names = weight_names(compressed.module)
    widths = {number_format.bits for number_format in compressed.activations.values()}
    if widths != {KERNEL_BITS} or len(compressed.activations) < len({_path(n) for n in names}):
        bits = " and ".join(str(value) for value in sorted(widths))
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
