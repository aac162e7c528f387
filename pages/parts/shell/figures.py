"""The row of large figures: value, change against the original, and how each was obtained."""

from __future__ import annotations

from html import escape

import streamlit as st

from compression.point import Metric, Point, headline_of, quality_of
from compression.point.relative import relative_to
from pages.parts.plots.presentation import LargeFigure
from pages.parts.shell import words


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


def figure_of(metric: Metric, point: Point | None, original: Point | None) -> LargeFigure:
    """What one figure of a point says, and its change against another point if there is one to compare with."""
    measurement = point.measurements.get(metric.field) if point else None
    return LargeFigure(
        metric=metric.field,
        label=metric.label,
        value=point.text(metric.field) if point and measurement else words.MISSING,
        change=words.change(metric.field, point, original) if point and original else "",
        how=words.how(measurement) if measurement else "",
    )


def _figure(metric: Metric, point: Point | None, original: Point | None) -> str:
    figure = figure_of(metric, point, original)
    measurement = point.measurements.get(metric.field) if point else None
    awaited = point is None or point.stage == "estimate"
    how = figure.how or "not measured yet"
    if point and measurement and awaited and metric == quality_of(point.recipe.model):
        how = f"first {measurement.n:,} examples"
    told = " ".join(filter(None, (metric.help, measurement.note if measurement else "")))
    explained = f"told-{metric.field}"
    return (
        f'<div role="listitem" class="lab-figure{" lab-awaited" if awaited else ""}">'
        f'<button type="button" class="lab-label" aria-describedby="{explained}">{escape(metric.label)}</button>'
        f'<div class="lab-told" role="tooltip" id="{explained}">{escape(told)}</div>'
        f'<div class="lab-value" data-metric="{metric.field}">{escape(figure.value)}</div>'
        f'<div class="lab-change">{escape(figure.change)}</div><div class="lab-how">{escape(how)}</div></div>'
    )
