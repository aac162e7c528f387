"""Marker shapes as paths, for pictures without Plotly: as `assets/plots/signs.js` draws them in the app."""

from __future__ import annotations

import math
from collections.abc import Callable

_Shape = Callable[[float], list[tuple[float, float]]]


def _star(r: float) -> list[tuple[float, float]]:
    return [_polar(1.4 * r if i % 2 == 0 else 0.55 * r, 36 * i - 90) for i in range(10)]


def _polar(radius: float, degrees: float) -> tuple[float, float]:
    return radius * math.cos(math.radians(degrees)), radius * math.sin(math.radians(degrees))


SHAPES: dict[str, _Shape] = {
    "square": lambda r: [(-r, -r), (r, -r), (r, r), (-r, r)],
    "diamond": lambda r: [(0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)],
    "triangle-up": lambda r: [(0, -r), (1.05 * r, 0.9 * r), (-1.05 * r, 0.9 * r)],
    "triangle-down": lambda r: [(0, r), (1.05 * r, -0.9 * r), (-1.05 * r, -0.9 * r)],
    "circle": lambda r: [_polar(r, 20 * i) for i in range(18)],
    "hexagon": lambda r: [_polar(1.1 * r, 60 * i) for i in range(6)],
    "star": _star,
    "bowtie": lambda r: [(-r, -r), (r, r), (r, -r), (-r, r)],
    "cross": lambda r: [
        (a * r, b * r)
        for a, b in (
            (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
            (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4), (-0.4, -1.2),
        )
    ],
}  # fmt: skip


def shape(symbol: str, x: float, y: float, radius: float) -> str:
    """The path of a sign around a place; names are Plotly's."""
    corners = SHAPES.get(symbol, SHAPES["circle"])(radius)
    return f"M{'L'.join(f'{x + a:.1f} {y + b:.1f}' for a, b in corners)}Z"
