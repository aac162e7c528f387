"""A small line chart as an SVG picture: for curves that grow twice a second, which a chart library would rebuild."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import streamlit as st

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 24, 22

STYLE = """
.lab-curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:.75rem}
.lab-curves img{width:100%;height:auto}
"""
COLORS = {"light": ("#1b1f2a", "#5b3fd6"), "dark": ("#e8eaf0", "#a491ff")}
"""The theme's, of the text and of the line; a picture doesn't inherit the page's."""


def line_chart(
    title: str, points: Sequence[tuple[float, float]], end: float, *, dots: bool = False
) -> str:
    """``points`` (x, y) as a line from x = 0 to ``end``; the text beneath says the latest value."""
    latest = f"{points[-1][1]:.3g}" if points else "none yet"
    values = [y for _, y in points]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    placed = [
        (
            LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, x / end),
            TOP + (HEIGHT - TOP - BOTTOM) * (high - y) / (high - low),
        )
        for x, y in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in placed if dots)
    base = HEIGHT - BOTTOM
    text, color = COLORS["dark" if st.context.theme.type == "dark" else "light"]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="{text}" '
        'font-family="sans-serif" font-size="11">'
        f'<text x="0" y="13" font-weight="600">{escape(title)}: {latest}</text>'
        f'<path stroke="{text}" opacity="0.2" d="M{LEFT},{TOP}H{WIDTH - RIGHT}M{LEFT},{base}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end">{high:.3g}</text>'
        f'<text x="{LEFT - 6}" y="{base + 4}" text-anchor="end">{low:.3g}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">0</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{end:g} epochs</text>'
        f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>'
        f'<g fill="{color}">{marks}</g></svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    alt = escape(f"{title}: {latest}")
    return f'<img alt="{alt}" width="{WIDTH}" height="{HEIGHT}" src="data:image/svg+xml;base64,{data}">'
