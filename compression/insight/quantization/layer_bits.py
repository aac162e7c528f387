"""Bits shared out among layers for a size, on the page: totals, a solver, what accuracy to expect. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compression.errors import UsageError
from compression.techniques.shared.budget import LayerCosts, hull, share_out


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
        return self.other_bytes + int(sum(min(layer.bytes) for layer in self.layers))

    @property
    def largest(self) -> int:
        """The size beyond which more bytes remove no error."""
        last = {layer.path: hull(layer)[-1] for layer in self.layers}
        return self._at(last, {}).bytes

    def solve(self, budget: float) -> Allocation:
        """The bits by layer with little error in at most ``budget`` bytes; UsageError if none can be."""
        if not self.smallest <= budget <= self.largest:
            raise UsageError(
                f"{budget / 1000:.1f} kB can't be met: by its layers' bits alone this model can have "
                f"{self.smallest / 1000:.1f} to {self.largest / 1000:.1f} kB; choose a size in between."
            )
        places = share_out(self.layers, budget - self.other_bytes)
        return self._at(places, {path: self.bits[place] for path, place in places.items()})

    def _place(self, bits: float) -> int:
        return min(range(len(self.bits)), key=lambda place: abs(self.bits[place] - bits))

    def _at(self, places: Mapping[str, int], bits: dict[str, float]) -> Allocation:
        size = self.other_bytes + int(sum(row.bytes[places[row.path]] for row in self.layers))
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
