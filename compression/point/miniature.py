"""A small picture of a trade-off as SVG: points lost over what a model costs, the front as steps, one knee.

It takes the text's colour (``currentColor``), so that it stands on a light page as well as on a dark one. Torch-free.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from compression.point.html import ACCENT
from compression.point.lost import stretched
from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.point.trade_off import TradeOff

MOST = 400
"""Points off the front that are drawn, evenly chosen: a picture of ten thousand would weigh a megabyte."""

LEAST_SPAN = math.log(2)
"""From the left edge to the right one costs double at least: what hardly differs stands close together."""

LOST_TICKS = (0, 1, 3, 10, 30)


@dataclass(frozen=True)
class Look:
    """How large the picture is and what stands in it besides the marks; lengths in px.

    ``colour`` is that of the front, whatever CSS takes.
    """

    width: int = 460
    height: int = 250
    left: int = 52
    right: int = 18
    top: int = 22
    bottom: int = 40
    radius: float = 3.4
    has_axes: bool = True
    colour: str = ACCENT

    def coloured(self, colour: str) -> Look:
        return replace(self, colour=colour)


TILE = Look(width=260, height=120, left=10, right=10, top=20, bottom=10, radius=2.8, has_axes=False)
"""Without axes, for a page of several."""


def miniature(trade_off: TradeOff, look: Look | None = None) -> str:
    """The picture; each mark's recipe and figures are its tooltip."""
    drawn = _Drawn(trade_off, look or Look())
    parts = [*(drawn.axes() if drawn.look.has_axes else ()), drawn.steps(), *drawn.marks()]
    width, height = drawn.look.width, drawn.look.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(told(trade_off))}" font-family="system-ui, sans-serif" font-size="11" '
        f'style="max-width:100%;height:auto">{"".join(parts)}</svg>'
    )


def told(trade_off: TradeOff) -> str:
    """The picture in words."""
    metric, best = METRICS[trade_off.x].label.lower(), len(trade_off.best)
    said = f"Points lost over {metric}: {len(trade_off.points)} points, {best} on the front"
    bend = trade_off.knee
    if bend is None:
        return f"{said}."
    return f"{said}, with a mark at {bend.recipe.describe()} ({trade_off.said(bend)})."


class _Drawn:
    """The parts of one picture."""

    def __init__(self, trade_off: TradeOff, look: Look) -> None:
        self.trade_off, self.look = trade_off, look
        every = [*trade_off.points, trade_off.original]
        costs = [math.log(cost) for point in every if (cost := point.value(trade_off.x))]
        self._low, self._high = min(costs), max(costs)
        spare = max(0.0, LEAST_SPAN - (self._high - self._low)) / 2
        self._low, self._high = self._low - spare, self._high + spare
        losses = [trade_off.lost(point) for point in every]
        self._worst = max(3.0, *losses)
        self._best = min(0.0, stretched(min(losses), self._worst))

    def axes(self) -> Iterator[str]:
        """Lines at round losses, and how many times smaller below."""
        look, metric = self.look, METRICS[self.trade_off.x]
        none_lost = "best" if self.trade_off.original.recipe.steps else "original"
        right, floor = look.width - look.right, look.height - look.bottom
        for lost in (tick for tick in LOST_TICKS if tick <= self._worst):
            y = self._y(lost)
            yield f'<path d="M{look.left} {y:.1f}H{right}" stroke="currentColor" stroke-opacity=".15"/>'
            text = f"−{lost}" if lost else none_lost
            yield _text(look.left - 6, y + 4, text, anchor="end")
        for cost in _round_costs(math.exp(self._low), math.exp(self._high)):
            yield _text(self._x(math.log(cost)), floor + 15, metric.text(cost))
        yield _text(
            (look.left + right) / 2, look.height - 6, f"{metric.label}, smaller to the left"
        )
        yield _text(look.left - 46, 12, "Points lost", anchor="start")

    def steps(self) -> str:
        """The front as a stepped line."""
        places = [self._place(point) for point in self.trade_off.best]
        if not places:
            return ""
        x, y = places[0]
        path = f"M{x:.1f} {y:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in places[1:])
        return (
            f'<path d="{path}" fill="none" style="stroke:{self.look.colour}" stroke-width="1.6"/>'
        )

    def marks(self) -> Iterator[str]:
        """Points off the front, faint; those on it; the original as a diamond; the knee with its words."""
        original = self.trade_off.original
        front = {point.key for point in self.trade_off.best}
        apart = front | {original.key}
        others = [point for point in self.trade_off.points if point.key not in apart]
        for point in others[:: max(1, math.ceil(len(others) / MOST))]:
            yield self._mark(point, 'fill="currentColor" fill-opacity=".45"')
        for point in self.trade_off.best:
            if point.recipe.steps:
                yield self._mark(point, f'style="fill:{self.look.colour}"')
        if not original.recipe.steps and original.value(self.trade_off.x):
            yield self._diamond(original)
        if self.trade_off.knee is not None:
            yield self._knee(self.trade_off.knee)

    def _knee(self, point: Point) -> str:
        x, y = self._place(point)
        ring = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 * self.look.radius:.1f}" fill="none" '
            'stroke="currentColor" stroke-width="1.5"/>'
        )
        at_left = x < 60
        anchor = "start" if at_left else "end"
        aside = x + (10 if at_left else -2)
        words = self.trade_off.said(point)
        return ring + _text(
            aside, max(12.0, y - 3 * self.look.radius), words, anchor=anchor, is_strong=True
        )

    def _diamond(self, point: Point) -> str:
        (x, y), r = self._place(point), 1.6 * self.look.radius
        path = f"M{x - r:.1f} {y:.1f}L{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}Z"
        return f'<path d="{path}" fill="currentColor">{self._tooltip(point)}</path>'

    def _mark(self, point: Point, paint: str) -> str:
        x, y = self._place(point)
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{self.look.radius}"'
        return f"<circle {place} {paint}>{self._tooltip(point)}</circle>"

    def _tooltip(self, point: Point) -> str:
        words = point.recipe.describe() if point.recipe.steps else "The original"
        return f"<title>{escape(f'{words}: {self.trade_off.said(point)}')}</title>"

    def _place(self, point: Point) -> tuple[float, float]:
        cost = math.log(point.value(self.trade_off.x) or 1.0)
        return self._x(cost), self._y(self.trade_off.lost(point))

    def _x(self, log_cost: float) -> float:
        look = self.look
        share = (log_cost - self._low) / (self._high - self._low)
        return look.left + share * (look.width - look.left - look.right)

    def _y(self, lost: float) -> float:
        look = self.look
        share = (stretched(lost, self._worst) - self._best) / (1.0 - self._best)
        return look.top + share * (look.height - look.top - look.bottom)


def _round_costs(low: float, high: float) -> list[float]:
    """At most four of 1, 2, 5, 10, ... between the ends, evenly chosen."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    costs = [m * 10.0**power for power in range(first, last + 1) for m in (1, 2, 5)]
    inside = [cost for cost in costs if low <= cost <= high]
    return inside[:: max(1, math.ceil(len(inside) / 4))]


def _text(
    x: float, y: float, words: str, *, anchor: str = "middle", is_strong: bool = False
) -> str:
    weight = ' font-weight="650"' if is_strong else ' fill-opacity=".85"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{weight}>{escape(words)}</text>'
