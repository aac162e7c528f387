"""The points' figures relative to the first's, as one small SVG picture: a row a figure, a numbered dot a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from compression.point import Point, headline_costs, quality_of
from compression.point.certainty import is_timed
from compression.point.difference import difference
from compression.point.relative import relative_to

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 460, 92, 26, 8, 40
DOT = 8
ROOM, EACH = 18, 16
"""Height of a row besides its dots, and of each dot: they stand beneath each other, so that none hides another."""
ACCENT = "light-dark(#5b3fd6,#a491ff)"
"""The theme's own."""

TICKS = (1 / 100, 1 / 50, 1 / 20, 1 / 10, 1 / 5, 1 / 2, 1, 2, 5, 10)
Dot = tuple[int, float, float | None, float | None]
"""A point's number, its value, and the ends of its interval."""


def relative_picture(points: Sequence[Point]) -> str:
    """Empty where no figure is known of the first and of another point."""
    rows = [
        (metric.label, found)
        for metric in headline_costs()
        if (found := _ratios(metric.field, points))
    ]
    lost = _lost(points)
    if not rows and not lost:
        return ""
    row = ROOM + EACH * (len(points) - 1)
    height = TOP + row * (len(rows) + bool(lost)) + BOTTOM * (bool(rows) + bool(lost))
    parts, y = [], float(TOP)
    if lost:
        parts.append(
            _lane(
                quality_of(points[0].recipe.model).label,
                lost,
                y,
                row,
                _linear(lost),
                "points against 1",
            )
        )
        y += row + BOTTOM
    if rows:
        scale = _logarithmic([dot for _, dots in rows for dot in dots])
        for number, (label, dots) in enumerate(rows):
            last = "times the figure of 1" if number == len(rows) - 1 else ""
            parts.append(_lane(label, dots, y, row, scale, last))
            y += row
    return (
        f'<div class="lab-picture"><svg viewBox="0 0 {WIDTH} {height}" role="img" font-size="12" fill="currentColor" '
        f'font-family="inherit" aria-label="{escape(_alt(rows, lost))}">{"".join(parts)}</svg></div>'
    )


def _ratios(field: str, points: Sequence[Point]) -> list[Dot]:
    first = points[0].value(field)
    found: list[Dot] = []
    for number, point in enumerate(points[1:], start=2):
        value = point.value(field)
        if not value or not first or value <= 0 or first <= 0:
            continue
        low, high = None, None
        if is_timed(field):
            speedup = relative_to(point, points[0]).measurements.get("speedup")
            if speedup is not None and speedup.low and speedup.high:
                low, high = 1 / speedup.high, 1 / speedup.low
        found.append((number, value / first, low, high))
    return found


def _lost(points: Sequence[Point]) -> list[Dot]:
    metric = quality_of(points[0].recipe.model)
    if metric.style != "percent":
        return []
    found: list[Dot] = []
    for number, point in enumerate(points[1:], start=2):
        told = difference(
            point.measurements.get(metric.field), points[0].measurements.get(metric.field)
        )
        if told is not None:
            low, high = (None if end is None else 100 * end for end in (told.low, told.high))
            found.append((number, 100 * told.value, low, high))
    return found


class _Scale:
    def __init__(
        self, low: float, high: float, ticks: Sequence[tuple[float, str]], *, is_log: bool
    ) -> None:
        self._is_log, self.zero = is_log, 1.0 if is_log else 0.0
        self._low, self._high = (math.log(low), math.log(high)) if is_log else (low, high)
        self.ticks = [tick for tick in ticks if low <= tick[0] <= high]

    def x(self, value: float) -> float:
        at = math.log(max(value, 1e-9)) if self._is_log else value
        share = (at - self._low) / (self._high - self._low)
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, share))


def _logarithmic(dots: Sequence[Dot]) -> _Scale:
    values = [end for _, value, low, high in dots for end in (value, low, high) if end]
    low, high = min(0.5, *values) / 1.15, max(1.1, *values) * 1.15
    names = {t: f"1/{round(1 / t)}" if t < 1 else f"{t:g}x" for t in TICKS}
    names[1] = "same"
    shown = [t for t in TICKS if low <= t <= high]
    while len(shown) > 6:
        shown = [t for n, t in enumerate(shown) if t == 1 or n % 2 == shown.index(1) % 2]
    return _Scale(low, high, [(t, names[t]) for t in shown], is_log=True)


def _linear(dots: Sequence[Dot]) -> _Scale:
    values = [end for _, value, low, high in dots for end in (value, low, high) if end is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    room = max(0.4, high - low) * 0.1
    step = next(s for s in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if (high - low + 2 * room) / s <= 6)
    first, last = math.ceil((low - room) / step), math.floor((high + room) / step)
    ticks = [
        (n * step, f"{n * step:+g}".replace("-", "−") if n else "0") for n in range(first, last + 1)
    ]
    return _Scale(low - room, high + room, ticks, is_log=False)


def _lane(label: str, dots: Sequence[Dot], y: float, row: float, scale: _Scale, axis: str) -> str:
    middle = y + row / 2
    right = WIDTH - RIGHT
    parts = [
        f'<text x="0" y="{middle + 4:.0f}" font-weight="600">{escape(label)}</text>',
        f'<path d="M{LEFT},{middle}H{right}" stroke="currentColor" opacity=".18"/>',
        f'<path d="M{scale.x(scale.zero):.1f},{y}v{row}" stroke="currentColor" opacity=".55" stroke-dasharray="3 3"/>',
    ]
    for number, value, low, high in dots:
        x, at = scale.x(value), y + ROOM / 2 + EACH * (number - 1.5)
        if low is not None and high is not None:
            parts.append(
                f'<path d="M{scale.x(low):.1f},{at}H{scale.x(high):.1f}" stroke="{ACCENT}" stroke-width="2"/>'
            )
        parts.append(
            f'<circle cx="{x:.1f}" cy="{at}" r="{DOT}" fill="light-dark(#fff,#12141b)" stroke="{ACCENT}" '
            'stroke-width="2"/>'
            f'<text x="{x:.1f}" y="{at + 4:.0f}" text-anchor="middle" font-size="11" font-weight="600">{number}</text>'
        )
    if axis:
        base = y + row + 12
        parts += [
            f'<text x="{scale.x(at):.1f}" y="{base}" text-anchor="middle" opacity=".85">{text}</text>'
            for at, text in scale.ticks
        ]
        parts.append(
            f'<text x="{right}" y="{base + 14}" text-anchor="end" opacity=".85">{axis}</text>'
        )
    return "".join(parts)


def _alt(rows: Sequence[tuple[str, Sequence[Dot]]], lost: Sequence[Dot]) -> str:
    told = [f"point {number}: {value:+.1f} points" for number, value, *_ in lost]
    told += [
        f"{label} of point {number}: {value:.2g} times"
        for label, dots in rows
        for number, value, *_ in dots
    ]
    return f"Figures against point 1. {'; '.join(told)}."
