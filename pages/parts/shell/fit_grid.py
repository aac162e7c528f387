"""The grid of devices x points as one table: a sign and the time where it fits, else the limit that binds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from compression.devices import Device, Fit
from compression.point import Point
from pages.parts.shell import words

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "deploy.css"


def grid(points: Sequence[Point], devices: Sequence[Device], rows: Sequence[Sequence[Fit]]) -> None:
    """Columns are points, smallest first and the original last; what a cell says is told without its colour."""
    head = "".join(f'<th scope="col">{_point(point)}</th>' for point in points)
    body = "".join(
        f'<tr><th scope="row">{escape(device.title)}</th>{"".join(map(_cell, row))}</tr>'
        for device, row in zip(devices, rows, strict=True)
    )
    st.html(
        '<div class="lab-fits" tabindex="0" role="region" aria-label="What fits on which device">'
        f'<table><thead><tr><th scope="col">Device</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _point(point: Point) -> str:
    figures = ", ".join(
        point.text(name).replace(" ", "\N{NO-BREAK SPACE}") for name in ("size_bytes", "accuracy")
    )
    return f"{escape(words.named(point.recipe))}<small>{escape(figures)}</small>"


def _cell(found: Fit) -> str:
    told = escape(found.sentence(), quote=True)
    if not found.known:
        return f'<td title="{told}">? not known</td>'
    if found.lacks:
        return f'<td class="lab-no" title="{told}">✗ no {escape(found.lacks)}</td>'
    if not found.fits and found.binding is not None:
        over = f"{found.binding.use:.3g}x"
        return f'<td class="lab-no" title="{told}">✗ {escape(found.binding.name)} {over}</td>'
    time = short(found.latency.value) if found.latency else ""
    return f'<td class="lab-yes" title="{told}">✓ {escape(time)}</td>'


def short(seconds: float) -> str:
    """Two digits, which is more than a modelled time has."""
    value, unit = (seconds, "s") if seconds >= 1 else (1000 * seconds, "ms")
    return f"{float(f'{value:.2g}'):g} {unit}"
