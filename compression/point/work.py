"""What the deployed model does, layer by layer: all that a device's model needs to know of a point. Torch-free.

A point keeps it as a short text, which is the same for all points of one graph; `compression/devices` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

WIDTHS = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0, "int8": 1.0}
"""Bytes of a weight and of an activation in the number formats that devices compute in."""

_HEAD, _ROW = 4, 5


@dataclass(frozen=True)
class LayerWork:
    """One layer at batch 1, counted in numbers, not bytes."""

    op: str
    macs: int
    inputs: int
    outputs: int
    weights: int


@dataclass(frozen=True)
class Work:
    """The layers of a graph in the order they run; what only follows a layer, such as ReLU, is part of it.

    ``peak_elements`` are the activations alive at once, at their most; ``weights`` the numbers in matrices and
    kernels, ``others`` those of biases and scales, which keep 4 bytes in an int8 model.
    """

    is_int8: bool
    peak_elements: int
    weights: int
    others: int
    layers: tuple[LayerWork, ...]

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.layers)

    @property
    def output_elements(self) -> int:
        return sum(layer.outputs for layer in self.layers)

    def weight_bytes(self, number_format: str) -> int:
        width = WIDTHS[number_format]
        return round(self.weights * width + self.others * (4 if number_format == "int8" else width))

    def activation_bytes(self, number_format: str) -> int:
        return round(self.peak_elements * WIDTHS[number_format])


def as_text(work: Work) -> str:
    """``1;784;61470;236|Conv,86400,784,3456,150|...``"""
    head = (int(work.is_int8), work.peak_elements, work.weights, work.others)
    rows = (f"{r.op},{r.macs},{r.inputs},{r.outputs},{r.weights}" for r in work.layers)
    return "|".join([";".join(map(str, head)), *rows])


@lru_cache(maxsize=4096)
def work_in(text: str) -> Work | None:
    """The work that `as_text` wrote; None of an empty text. Raises ValueError for what it can't have written."""
    if not text:
        return None
    head, *rows = text.split("|")
    counts = [int(part) for part in head.split(";")]
    if len(counts) != _HEAD or min(counts) < 0 or counts[0] > 1:
        raise ValueError("The head of a work is four counts.")
    is_int8, peak, weights, others = counts
    return Work(bool(is_int8), peak, weights, others, tuple(_layer(row) for row in rows))


def _layer(row: str) -> LayerWork:
    op, *counts = row.split(",")
    numbers = [int(count) for count in counts]
    if len(numbers) != _ROW - 1 or min(numbers) < 0 or not op:
        raise ValueError("A layer of a work is a name and four counts.")
    return LayerWork(op, *numbers)
