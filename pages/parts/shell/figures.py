"""The row of large figures: value, change against the original, and how each was obtained."""

from __future__ import annotations

from html import escape

import streamlit as st

from compression.point import Metric, Point, headline_of, quality_of
from compression.point.relative import relative_to
from pages.parts.plots import line_chart
from pages.parts.shell import words

_STYLE = """<style>
.lab-figures{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);gap:.5rem;margin:0;padding:0}
.lab-figure{border:1px solid color-mix(in srgb,currentColor 16%,transparent);border-radius:.5rem;
 padding:.4rem .55rem;min-height:6rem;overflow:hidden}
.lab-label{font-size:.8rem;opacity:.85}
.lab-value{font-size:clamp(1.05rem,1.4vw,1.5rem);font-weight:650;line-height:1.5;white-space:nowrap;
 letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.lab-change{font-size:.85rem;min-height:1.35em}
.lab-how{font-size:.72rem;opacity:.8;white-space:nowrap}
.lab-awaited .lab-value{opacity:.7}
.st-key-sentence{min-height:4.7rem}
.st-key-control{min-height:2.5rem;justify-content:center}
.st-key-details button{padding-inline:.6rem}
@media(max-width:900px){.lab-figures{grid-auto-flow:row;grid-template-columns:repeat(2,minmax(0,1fr))}}
</style>"""


def figure_style() -> None:
    """How the figures look; drawn once a page, outside of what a knob's move draws again."""
    st.html(_STYLE.replace("</style>", f"{line_chart.STYLE}</style>"))


def draw_figures(
    model: str, point: Point | None, original: Point | None, pinned: Point | None = None
) -> None:
    """One row of figures; a first estimate is greyed until the whole test set is in.

    Changes are told against the original, or against a ``pinned`` point.
    """
    if point is not None and pinned is not None:
        point, original = relative_to(point, pinned), pinned
    figures = "".join(_figure(metric, point, original) for metric in headline_of(model))
    st.html(f'<div class="lab-figures" role="list">{figures}</div>')


def _figure(metric: Metric, point: Point | None, original: Point | None) -> str:
    measurement = point.measurements.get(metric.field) if point else None
    value = point.text(metric.field) if point and measurement else "–"
    change = words.change(metric.field, point, original) if point and original else ""
    awaited = point is None or point.stage == "estimate"
    how = words.how(measurement) if measurement else "not measured yet"
    if point and measurement and awaited and metric == quality_of(point.recipe.model):
        how = f"first estimate, {measurement.n:,} examples"
    title = " ".join(filter(None, (metric.help, measurement.note if measurement else "")))
    return (
        f'<div role="listitem" class="lab-figure{" lab-awaited" if awaited else ""}" title="{escape(title)}">'
        f'<div class="lab-label">{escape(metric.label)}</div>'
        f'<div class="lab-value" data-metric="{metric.field}">{escape(value)}</div>'
        f'<div class="lab-change">{escape(change)}</div><div class="lab-how">{escape(how)}</div></div>'
    )
