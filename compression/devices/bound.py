"""The third tier of energy: what arithmetic and memory must take on an ideal accelerator, to compare number formats.

Horowitz, 2014, "Computing's energy problem", ISSCC: picojoules at 45 nm and 0.9 V. Devices take 10 to 3,000 times as
much, for instructions, leakage and everything else: it is a lower bound, and no device's energy.
"""

from __future__ import annotations

from compression.point import Point, StoredTensor
from compression.point.work import WIDTHS, LayerWork, Work

INT8_MULTIPLY, INT32_ADD = 0.2, 0.1
FLOAT_MULTIPLY = {"float32": 3.7, "float16": 1.1, "bfloat16": 0.67}
FLOAT32_ADD = 0.9
"""bfloat16's is the half's, scaled by its shorter significand to the power of 1.55, as from float32 to float16."""

MEMORY = ((8_192, 10.0), (32_768, 20.0), (1_048_576, 100.0), (float("inf"), 2_000.0))
"""Picojoules for 64 bits of a memory of at most so many bytes; the last is DRAM, 1,300 to 2,600."""


def lower_bound_j(point: Point, work: Work, number_format: str) -> float:
    """Joules of one example: multiply-adds in that format, each weight read once as it is stored, and activations."""
    operation = (
        INT8_MULTIPLY + INT32_ADD
        if number_format == "int8"
        else FLOAT_MULTIPLY[number_format] + FLOAT32_ADD
    )
    picojoules = work.macs * operation
    picojoules += sum(_weights(tensor) for tensor in point.layers)
    picojoules += sum(_activations(layer, WIDTHS[number_format]) for layer in work.layers)
    return picojoules * 1e-12


def _weights(tensor: StoredTensor) -> float:
    return tensor.bytes / 8 * _access(tensor.bytes)


def _activations(layer: LayerWork, width: float) -> float:
    return sum(
        count * width / 8 * _access(count * width) for count in (layer.inputs, layer.outputs)
    )


def _access(size: float) -> float:
    return next(picojoules for largest, picojoules in MEMORY if size <= largest)
