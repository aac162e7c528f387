"""A compressed model as a user would deploy it: an ONNX file with the kernels the runtime really has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import onnx

from compression.compressed import Compressed, weight_names
from compression.encoding import Grid, NumberFormat
from compression.export.int8 import quantize_onnx
from compression.export.onnx import swap_weights

Ranges = Mapping[str, tuple[float, float]]

SLOW = 0.95
"""A speed-up below this is slower than noise can explain."""


@dataclass(frozen=True)
class Deployed:
    """An ONNX file, and which of its layers compute in 8-bit integers.

    ``float_model`` is the same weights computed in 32-bit floats: what the packed file holds.
    """

    model: bytes
    float_model: bytes
    int8_operators: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_int8(self) -> bool:
        return bool(self.int8_operators)


def deploy(
    compressed: Compressed,
    template: onnx.ModelProto,
    ranges: Callable[[bytes], Ranges],
) -> Deployed:
    """int8 kernels where every weight is an integer of at most 8 bits, float32 otherwise.

    ``template`` is the export of the uncompressed model: as long as the architecture is the same,
    only its weights are swapped (1 ms instead of 100 ms). ``ranges`` gives the ranges of the
    activations of a float file; it is only asked where integers are possible.
    """
    float_model = swap_weights(template, dict(compressed.module.state_dict()))
    names = weight_names(compressed.module)
    formats = [compressed.formats.get(name) for name in names]
    if not all(_has_kernel(f) for f in formats):
        return Deployed(float_model, float_model)
    scales = {
        name: f.scale.ravel() for name, f in zip(names, formats, strict=True) if isinstance(f, Grid)
    }
    graph = quantize_onnx(float_model, ranges(float_model), scales=scales)
    if graph.model is None:
        return Deployed(float_model, float_model, reason=graph.reason)
    return Deployed(graph.model, float_model, graph.quantized, graph.reason)


def _has_kernel(number_format: NumberFormat | None) -> bool:
    return (
        isinstance(number_format, Grid)
        and number_format.is_integer
        and number_format.is_symmetric
        and not number_format.group
        and number_format.bits <= 8
    )


def kernel_note(compressed: Compressed, deployed: Deployed, speedup: float | None) -> str:
    """Why this model is as fast as it is in this runtime, in one or two sentences."""
    formats = [f for f in compressed.formats.values() if isinstance(f, Grid)]
    if deployed.is_int8:
        bits = int(max(f.bits for f in formats))
        widened = f" (there are none for {bits} bits)" if bits < 8 else ""
        note = (
            f"It runs in 8-bit integer kernels{widened}, its activations rounded to 8 bits as well"
        )
        if speedup is not None and speedup < SLOW:
            return f"{note}; for small convolutions ONNX Runtime's are slower than its float ones."
        return f"{note}."
    if formats:
        why = deployed.reason or "There is no integer kernel for this mix of formats."
        return f"Its weights become 32-bit floats when loaded. {why}"
    names = weight_names(compressed.module)
    zeros = sum(int((compressed.module.get_parameter(name) == 0).sum()) for name in names)
    total = sum(compressed.module.get_parameter(name).numel() for name in names)
    if zeros > 0.01 * total:
        return "ONNX Runtime multiplies zeros too: they save bytes, not time."
    return ""
