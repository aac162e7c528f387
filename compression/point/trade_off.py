"""What a trade-off comes down to: its points, the original, the front and the knee. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compression.point.knees import main_knee
from compression.point.lost import points_lost
from compression.point.pareto import front
from compression.point.point import Point

LITTLE = 1.0
"""Points that a saving is worth, where it is spoken of."""


@dataclass(frozen=True)
class TradeOff:
    """Points of one model that have both figures, and what they are compared with."""

    points: tuple[Point, ...]
    original: Point
    """The model that was not compressed; where nobody knows it, the largest of the front."""
    best: tuple[Point, ...]
    """The front, cheapest first."""
    knee: Point | None
    """None where the front doesn't bend, or costs what the original has no figure of."""
    x: str

    @property
    def spoken_of(self) -> Point | None:
        """The knee; else the cheapest of the front that loses little; else the most accurate."""
        compressed = [point for point in self.best if point.recipe.steps]
        little = [point for point in compressed if self.lost(point) <= LITTLE]
        return self.knee or next(iter(little or compressed[-1:]), None)

    @classmethod
    def of(
        cls, points: Iterable[Point], x: str = "size_bytes", original: Point | None = None
    ) -> TradeOff | None:
        """None where no point has both figures; ``original`` is needed where it is not among the points."""
        there = tuple(p for p in points if (p.value(x) or 0) > 0 and p.quality is not None)
        if not there:
            return None
        untouched = next((point for point in there if not point.recipe.steps), None)
        best = tuple(front(there, x))
        original = (
            untouched or original or max(best or there, key=lambda point: point.value(x) or 0.0)
        )
        knee = main_knee(best, original, x) if original.value(x) else None
        return cls(there, original, best, knee, x)

    def lost(self, point: Point) -> float:
        return points_lost(point, self.original) or 0.0

    def said(self, point: Point) -> str:
        """How many times less it costs than the original, and the points it loses: ``17x, -0.8``.

        What the original has no figure of is said as it is: ``160 kB, -0.8``.
        """
        before, after, lost = self.original.value(self.x), point.value(self.x), self.lost(point)
        times = (before or 0.0) / (after or 1.0)
        sign = "−" if lost > 0 else "+"
        small = "±0" if abs(lost) < 0.05 else f"{sign}{abs(lost):.1f}"
        if not before:
            return f"{point.text(self.x)}, {small}"
        return f"{times:.0f}x, {small}" if times >= 9.95 else f"{times:.1f}x, {small}"
