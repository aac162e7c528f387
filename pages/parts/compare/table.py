"""What differs, as one table: a column a point, the settings that moved on top, then the figures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from compression.compare.changes import said
from compression.compare.figures import FigureRow, Verdict, figure_rows
from compression.compare.settings import Setting, settings
from compression.point import Point
from compression.point.relative import relative_to
from pages.parts.form.glossary import names
from pages.parts.shell import words

SIGNS: dict[Verdict, tuple[str, str]] = {
    "better": ("▲", "better"), "worse": ("▼", "worse"), "alike": ("≈", "within the error"),
    "same": ("=", "the same"), "unsure": ("?", "not certain"),
}  # fmt: skip
USUAL = 5
"""Rows of figures that are always in sight: the quality and the cards' costs."""


def draw_differences(points: Sequence[Point]) -> None:
    """The rows that differ; the others are folded beneath."""
    knobs, figures = settings([point.recipe for point in points]), figure_rows(points)
    moved = [row for row in knobs if row.differs and not row.is_told]
    usual, more = figures[:USUAL], figures[USUAL:]
    body = [_setting(row) for row in moved] or [
        _whole("No setting differs: these are the same recipe.", points)
    ]
    body += [_figure(row, points) for row in usual]
    st.html(_table(points, body, "What differs"))
    folded = [_setting(row) for row in knobs if row not in moved]
    rest = [_figure(row, points) for row in more]
    if folded or rest:
        label = " and ".join(
            filter(
                None, (_counted(len(folded), "other setting"), _counted(len(rest), "more figure"))
            )
        )
        with st.expander(label[:1].upper() + label[1:]):
            st.html(_table(points, folded + rest, "All other settings and figures"))


def _table(points: Sequence[Point], body: Sequence[str], label: str) -> str:
    head = "".join(
        f'<th scope="col"><b>{number}</b> {escape(words.named(point.recipe))}'
        f"<small>{escape(words.origin(point))}</small></th>"
        for number, point in enumerate(points, start=1)
    )
    return (
        f'<div class="lab-compared" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _setting(row: Setting) -> str:
    cells = "".join(f"<td>{escape(setting_text(row, value))}</td>" for value in row.values)
    mark = ' class="lab-moved"' if row.differs else ""
    return f'<tr{mark}><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def setting_text(row: Setting, value: object) -> str:
    """A value with its unit, or as the glossary calls it; a dash where the step is not there."""
    if value is None:
        return words.MISSING
    if row.knob is None:
        return said(value)
    technique = row.technique
    name = names().get((technique, row.knob.name, said(value)))
    unit = f" {row.knob.unit}" if row.knob.unit and not name else ""
    return name or f"{said(value) or 'usual'}{unit}"


def _figure(row: FigureRow, points: Sequence[Point]) -> str:
    first, field = points[0], row.metric.field
    cells = []
    for point, verdict in zip(points, row.verdicts, strict=True):
        measured = point.measurements.get(field)
        if measured is None or measured.value is None:
            cells.append(f"<td>{words.MISSING}</td>")
            continue
        ends = _ends(row.metric.interval(measured.low, measured.high))
        interval = f"<small>{escape(ends)}</small>" if ends else ""
        cells.append(
            f'<td title="{escape(words.how(measured))}">{escape(point.text(field))}{interval}'
            f"{_against(field, point, first, verdict)}</td>"
        )
    return f'<tr><th scope="row" title="{escape(row.metric.help)}">{escape(row.metric.label)}</th>{"".join(cells)}</tr>'


def _ends(interval: str) -> str:
    """``91.8 to 93.1 %``: the unit once, where both ends have it."""
    low, _, high = interval.partition(" to ")
    same = low.rpartition(" ")[2] == high.rpartition(" ")[2]
    return f"{low.rpartition(' ')[0]} to {high}" if same and " " in low else interval


def _against(field: str, point: Point, first: Point, verdict: Verdict) -> str:
    if verdict not in SIGNS:
        return ""
    sign, word = SIGNS[verdict]
    change = words.change(field, relative_to(point, first), first)
    told = change if verdict in ("better", "worse") and change else word
    return (
        f'<small class="lab-{verdict}"><span aria-hidden="true">{sign}</span> {escape(told)}'
        f"<i>{escape(word)}</i></small>"
    )


def _whole(text: str, points: Sequence[Point]) -> str:
    return f'<tr><td colspan="{len(points) + 1}">{escape(text)}</td></tr>'


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' if count > 1 else ''}" if count else ""
