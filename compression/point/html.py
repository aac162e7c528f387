"""A point as a notebook shows it. Colours are the text's own, so that any theme will do. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from compression.point.metrics import METRICS, Metric

ACCENT = "#8667e8"
"""At least 3 : 1 against white and against what dark themes have for black."""

BARS = 24
"""Tensors with a bar of their own, the largest first."""


@dataclass(frozen=True)
class Figure:
    """One measurement of a point, as it is written."""

    metric: Metric
    value: float | None
    low: float | None
    high: float | None
    how: str
    note: str


@dataclass(frozen=True)
class StoredPart:
    """What a tensor takes as plain floats, and in the packed file."""

    name: str
    dense_bytes: int
    packed_bytes: int


def point_html(title: str, figures: Sequence[Figure], parts: Sequence[StoredPart]) -> str:
    rows = [
        [
            f.metric.label,
            f.metric.text(f.value, f.low, f.high).replace(" ", "\N{NO-BREAK SPACE}"),
            _interval(f),
            f.how,
            f.note or f.metric.help,
        ]
        for f in figures
    ]
    table = table_html(["Figure", "Value", "95 % interval", "How", ""], rows)
    picture = f'<div style="flex:1 1 340px">{_bars(parts)}</div>' if parts else ""
    return (
        f'<div style="max-width:1080px"><b>{escape(title)}</b>'
        f'<div style="display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start">'
        f'<div style="flex:2 1 420px;min-width:0">{table}</div>{picture}</div></div>'
    )


def table_html(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table; its lines are the text's colour, faint."""
    cell = 'style="text-align:left;padding:2px 10px 2px 0;border:0;vertical-align:top"'
    line = 'style="border-top:1px solid rgba(128,128,128,.35);background:none"'
    head = "".join(f"<th {cell}>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr {line}>{''.join(f'<td {cell}>{escape(text)}</td>' for text in row)}</tr>"
        for row in rows
    )
    return (
        f'<table style="border-collapse:collapse;font-size:12px;margin:6px 0">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _interval(figure: Figure) -> str:
    return figure.metric.interval(figure.low, figure.high).replace(" ", "\N{NO-BREAK SPACE}")


def _bars(parts: Sequence[StoredPart]) -> str:
    """A bar for each of the largest tensors: as plain floats, faint, and what the packed file has, strong."""
    largest = sorted(parts, key=lambda part: -part.dense_bytes)[:BARS]
    size, width, height = METRICS["size_bytes"], 200, 16 * len(largest) + 40
    scale = width / max(part.dense_bytes for part in largest)
    drawn = [
        '<text x="0" y="12" fill="currentColor" font-weight="600">Bytes by tensor</text>',
        '<text x="0" y="28" fill="currentColor" fill-opacity=".85">faint: as 32-bit floats</text>',
    ]
    for index, part in enumerate(largest):
        y = 40 + 16 * index
        drawn.append(
            f"<g><title>{escape(part.name)}: {size.text(part.dense_bytes)} as floats</title>"
            f'<text x="132" y="{y + 9}" text-anchor="end" fill="currentColor">{escape(part.name[-22:])}</text>'
            f'<rect x="138" y="{y}" width="{scale * part.dense_bytes:.1f}" height="10" fill="currentColor" '
            f'fill-opacity=".18"/><rect x="138" y="{y}" width="{scale * part.packed_bytes:.1f}" height="10" '
            f'fill="{ACCENT}"/><text x="{144 + scale * part.dense_bytes:.1f}" y="{y + 9}" fill="currentColor" '
            f'fill-opacity=".85">{size.text(part.packed_bytes)}</text></g>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 200}" height="{height + 10}" role="img" '
        f'aria-label="Bytes of each tensor, packed and as floats" font-family="system-ui, sans-serif" '
        f'font-size="11" style="max-width:100%">{"".join(drawn)}</svg>'
    )
