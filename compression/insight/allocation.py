"""Bits shared out among layers for a size: each byte goes where it removes most error. Torch-free.

Errors of layers add up nearly enough (as in HAWQ-V2, Dong et al., 2019, arXiv:1911.03852), and a layer's
useful numbers of bits are the corners of its lower convex hull of error over bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compression.errors import UsageError


@dataclass(frozen=True)
class LayerCosts:
    """One layer's bytes and output error at each of ``CostTable.bits``."""

    path: str
    values: int
    bytes: tuple[int, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True)
class CostTable:
    """All layers at all bits, and the bytes that no choice changes."""

    bits: tuple[float, ...]
    layers: tuple[LayerCosts, ...]
    other_bytes: int

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> CostTable:
        """From the answer to ``layer_costs``."""
        rows = (
            LayerCosts(row["path"], row["values"], tuple(row["bytes"]), tuple(row["errors"]))
            for row in answer["layers"]
        )
        return cls(tuple(answer["bits"]), tuple(rows), answer["other_bytes"])

    def total(self, bits: Mapping[str, float]) -> Allocation:
        """The size and error of a choice of bits by layer; the nearest listed bits stand for others."""
        places = {layer.path: self._place(bits[layer.path]) for layer in self.layers}
        return self._at(places, dict(bits))

    def uniform(self, bits: float) -> Allocation:
        return self.total({layer.path: bits for layer in self.layers})

    def nearest(self, bits: float) -> float:
        """The listed bits that come closest."""
        return self.bits[self._place(bits)]

    @property
    def smallest(self) -> int:
        return self.other_bytes + sum(min(layer.bytes) for layer in self.layers)

    @property
    def largest(self) -> int:
        """The size beyond which more bytes remove no error."""
        last = {layer.path: _hull(layer)[-1] for layer in self.layers}
        return self._at(last, {}).bytes

    def solve(self, budget: float) -> Allocation:
        """The bits by layer with little error in at most ``budget`` bytes; UsageError if none can be."""
        if not self.smallest <= budget <= self.largest:
            raise UsageError(
                f"{budget / 1000:.1f} kB can't be met: by its layers' bits alone this model can have "
                f"{self.smallest / 1000:.1f} to {self.largest / 1000:.1f} kB; choose a size in between."
            )
        hulls = {layer.path: _hull(layer) for layer in self.layers}
        places = {path: hull[0] for path, hull in hulls.items()}
        left = budget - self._at(places, {}).bytes
        for path, start, end in self._upgrades(hulls):
            layer = next(layer for layer in self.layers if layer.path == path)
            price = layer.bytes[end] - layer.bytes[start]
            if places[path] == start and price <= left:
                places[path], left = end, left - price
        return self._at(places, {path: self.bits[place] for path, place in places.items()})

    def _upgrades(self, hulls: Mapping[str, Sequence[int]]) -> list[tuple[str, int, int]]:
        """All steps along all hulls, the most error removed per byte first."""
        steps = []
        for layer in self.layers:
            hull = hulls[layer.path]
            for start, end in zip(hull, hull[1:], strict=False):
                steps.append((-_slope(layer, start, end), layer.path, start, end))
        return [(path, start, end) for _, path, start, end in sorted(steps)]

    def _place(self, bits: float) -> int:
        return min(range(len(self.bits)), key=lambda place: abs(self.bits[place] - bits))

    def _at(self, places: Mapping[str, int], bits: dict[str, float]) -> Allocation:
        size = self.other_bytes + sum(row.bytes[places[row.path]] for row in self.layers)
        error = sum(row.errors[places[row.path]] for row in self.layers)
        values = sum(row.values for row in self.layers)
        mean = sum(bits.get(row.path, 0) * row.values for row in self.layers) / max(values, 1)
        return Allocation(bits, size, error, mean)


@dataclass(frozen=True)
class Allocation:
    """Bits by layer path, the packed file's predicted length, the summed output error, the mean bits."""

    bits: dict[str, float]
    bytes: int
    error: float
    mean_bits: float


def expected_accuracy(error: float, known: Sequence[tuple[float, float]]) -> float | None:
    """The accuracy to expect at a summed error, between models of the same kind that are measured.

    ``known`` holds (error, accuracy); linear in the error's logarithm. None beyond the largest known
    error or with fewer than two known; below the smallest, that one's accuracy.
    """
    points = sorted((math.log(e), accuracy) for e, accuracy in known if e > 0)
    if len(points) < 2 or error <= 0 or math.log(error) > points[-1][0]:
        return None
    at = math.log(error)
    if at <= points[0][0]:
        return points[0][1]
    (x0, y0), (x1, y1) = next(
        (a, b) for a, b in zip(points, points[1:], strict=False) if a[0] <= at <= b[0]
    )
    return y1 if x1 == x0 else y0 + (y1 - y0) * (at - x0) / (x1 - x0)


def _hull(layer: LayerCosts) -> list[int]:
    """The places on the lower convex hull of error over bytes, smallest first, error always falling."""
    hull: list[int] = []
    order = sorted(
        range(len(layer.bytes)), key=lambda place: (layer.bytes[place], layer.errors[place])
    )
    for place in order:
        if hull and layer.errors[place] >= layer.errors[hull[-1]]:
            continue
        while len(hull) > 1 and _slope(layer, hull[-2], hull[-1]) <= _slope(layer, hull[-1], place):
            hull.pop()
        hull.append(place)
    return hull


def _slope(layer: LayerCosts, start: int, end: int) -> float:
    """Error removed per byte added."""
    return (layer.errors[start] - layer.errors[end]) / max(
        layer.bytes[end] - layer.bytes[start], 1e-9
    )
