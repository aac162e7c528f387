"""The front as a picture of its own: points lost upright, stretched as everywhere, over a cost; plain SVG, and pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from compression.point import METRICS, Point, quality_of
from compression.point.lost import points_lost, stretched
from compression.point.pareto import front
from compression.share.scripts import ASSETS
from compression.share.shapes import shape
from compression.share.signs import signs

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 30, 46
DEEPEST = 32.0
"""Points lost beyond which a point is left out: of little use, and it would squeeze all others."""

LEAST_DEEP = 3.0
LOST = (0.3, 1, 3, 10, 30)


@dataclass(frozen=True)
class Place:
    """Where a point stands in the picture, in its own units."""

    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """The points that are drawn over one cost, the front among them, and where everything stands."""

    points: tuple[Point, ...]
    best: tuple[Point, ...]
    original: Point
    axis: str
    low: float
    high: float
    worst: float
    gain: float

    @classmethod
    def of(cls, points: Sequence[Point], original: Point | None, axis: str) -> Chart | None:
        """None where nothing can be drawn: no original, or no point with the cost."""
        if original is None or original.quality is None:
            return None
        known = [p for p in points if (p.value(axis) or 0) > 0 and p.quality is not None]
        drawn = [p for p in known if (points_lost(p, original) or 0) <= DEEPEST]
        if not drawn:
            return None
        costs = [math.log10(p.value(axis) or 1) for p in drawn]
        lost = [points_lost(p, original) or 0 for p in drawn]
        room = 0.06 * (max(costs) - min(costs)) or 0.2
        return cls(
            tuple(drawn), tuple(p for p in front(drawn, axis) if p in drawn), original, axis,
            min(costs) - room, max(costs) + room, max(*lost, LEAST_DEEP) * 1.15, max(-min(lost), 0.15),
        )  # fmt: skip

    def place(self, point: Point) -> Place | None:
        """None of a point without the cost, or far below the others."""
        cost, lost = point.value(self.axis), points_lost(point, self.original)
        if not cost or cost <= 0 or lost is None or lost > self.worst:
            return None
        return Place(self._x(math.log10(cost)), self._y(lost))

    def height_of(self, lost: float) -> float:
        """Where a loss in points stands."""
        return self._y(lost)

    def _x(self, cost: float) -> float:
        return LEFT + (cost - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def _y(self, lost: float) -> float:
        top = stretched(-self.gain * 1.3, self.worst)
        share = (stretched(lost, self.worst) - top) / (1 - top)
        return TOP + share * (HEIGHT - TOP - BOTTOM)

    def svg(self, ring: Point | None, limits: dict[str, float], name: str) -> str:
        """The whole picture; ``limits`` are bounds of the cost, and of ``lose`` in points."""
        parts = [*self._grid(), *self._limits(limits), *self._front(), *self._marks()]
        at = None if ring is None else self.place(ring)
        hidden = "" if at else ' visibility="hidden"'
        x, y = (at.x, at.y) if at else (0.0, 0.0)
        parts.append(f'<circle id="ring" cx="{x:.1f}" cy="{y:.1f}" r="10" class="ring"{hidden}/>')
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}" class="chart">'
            f"{''.join(parts)}</svg>"
        )

    def _grid(self) -> Iterator[str]:
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        for lost in (-0.3, 0, *LOST):
            y = self._y(lost)
            if TOP - 1 <= y <= bottom:
                words = "original" if lost == 0 else f"{'−' if lost > 0 else '+'}{abs(lost):g}"
                kind = "zero" if lost == 0 else "grid"
                yield f'<path class="{kind}" d="M{LEFT} {y:.1f}H{right}"/>'
                yield _text(LEFT - 6, y + 4, words, "end")
        metric, written = METRICS[self.axis], METRICS[self.axis].text
        quality = quality_of(self.original.recipe.model)
        unit = "points" if quality.style == "percent" else "%"
        for cost in _round(self.low, self.high):
            x = self._x(math.log10(cost))
            yield f'<path class="grid" d="M{x:.1f} {TOP}V{bottom}"/>'
            yield _text(x, bottom + 16, written(cost), "middle")
        yield f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
        way = "←" if metric.better == "lower" else "→"
        yield _text((LEFT + right) / 2, HEIGHT - 8, f"{way} {metric.label}", "middle", "strong")
        yield _text(
            LEFT - 56, TOP - 12, f"↑ {quality.label}, {unit} lost on test", "start", "strong"
        )

    def _limits(self, limits: dict[str, float]) -> Iterator[str]:
        bottom = HEIGHT - BOTTOM
        bound = limits.get(self.axis)
        if bound and self.low <= math.log10(bound) <= self.high:
            x = self._x(math.log10(bound))
            yield f'<path class="limit" d="M{x:.1f} {TOP}V{bottom}"/>'
        if (lose := limits.get("lose")) is not None and lose <= self.worst:
            y = self._y(lose)
            yield f'<path id="lose" class="limit" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'

    def _front(self) -> Iterator[str]:
        places = [place for p in self.best if (place := self.place(p))]
        if len(places) < 2:
            return
        steps = "".join(f"H{place.x:.1f}V{place.y:.1f}" for place in places[1:])
        yield f'<path class="front" d="M{places[0].x:.1f} {places[0].y:.1f}{steps}"/>'

    def _marks(self) -> Iterator[str]:
        ours, best = signs(), {p.key for p in self.best}
        for point in sorted(self.points, key=lambda p: (p.key in best, not p.recipe.steps)):
            place = self.place(point)
            if place is None:
                continue
            technique = point.recipe.technique
            sign = ours.get(technique, ours["chain"])
            on = " on" if point.key in best else ""
            size = 6.0 if technique == "original" else 4.5
            words = (
                f"{point.recipe.describe()}: {point.text(self.axis)}, {_lost(point, self.original)}"
            )
            yield (
                f'<path class="mark {technique}{on}" d="{shape(sign.symbol, place.x, place.y, size)}">'
                f"<title>{escape(words)}</title></path>"
            )


def legend(chart: Chart) -> str:
    """The techniques that are drawn, in their signs."""
    there = {p.recipe.technique for p in chart.points}
    items = (
        f'<li><svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path class="mark on {name}" '
        f'd="{shape(sign.symbol, 0, 0, 5)}"/></svg>{escape(sign.label)}</li>'
        for name, sign in signs().items()
        if name in there
    )
    return f'<ul class="chart-legend">{"".join(items)}</ul>'


def style() -> str:
    """Rules for the picture, and each sign's colours on light and dark pages."""
    rules = (
        f".mark.{name} {{ --c: light-dark({sign.light}, {sign.dark}); }}"
        for name, sign in signs().items()
    )
    return "\n".join([(ASSETS / "share" / "chart.css").read_text("utf-8"), *rules])


def _round(low: float, high: float) -> list[float]:
    """At most six round costs between two powers of ten."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [
            step * 10.0**power
            for power in range(math.floor(low) - 1, math.ceil(high) + 1)
            for step in steps
            if low <= math.log10(step * 10.0**power) <= high
        ]
        if len(found) <= 7:
            return found
    return found[:: math.ceil(len(found) / 6)]


def _lost(point: Point, original: Point) -> str:
    lost = points_lost(point, original) or 0.0
    if abs(lost) < 0.05:
        return "±0 points"
    return f"{'−' if lost > 0 else '+'}{abs(lost):.1f} points"


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'
