"""The slides' charts, native ones: whoever opens the file can change them, and read their figures in its sheets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Emu, Inches, Length, Pt

from compression.point import METRICS, Point
from compression.share.chart import Chart
from compression.share.memo.content import Memo
from compression.share.memo.harms import Harms
from compression.share.memo.slide_parts import ACCENT, EDGE, INK, SOFT, WIDE

FRONT = RGBColor.from_string("0072B2")
SAVED = 6
DEEP = 10.0
"""Points lost that are in view, if the choice loses no more."""

"""Costs that are drawn beside the original's."""


def scatter(slide: Slide, memo: Memo) -> int:
    """Points lost over the cost on a logarithmic axis: all points, the front, the original, the choice.

    How many points lie below what is in view.
    """
    drawn = Chart.of(memo.points, memo.decision.original, memo.question.axis)
    if drawn is None:
        return 0
    metric, choice = METRICS[memo.question.axis], memo.shown
    front = {p.key for p in drawn.best}
    groups: list[tuple[str, Sequence[Point], RGBColor, Any, int]] = [
        ("measured points", [p for p in drawn.points if p.key not in front], SOFT, XL_MARKER_STYLE.CIRCLE, 5),
        ("Pareto front", drawn.best, FRONT, XL_MARKER_STYLE.SQUARE, 7),
        ("original", [drawn.original], INK, XL_MARKER_STYLE.DIAMOND, 12),
    ]  # fmt: skip
    if choice is not None and drawn.place(choice) is not None:
        name = "choice" if memo.is_taken else "closest"
        groups.append((name, [choice], ACCENT, XL_MARKER_STYLE.CIRCLE, 16))
    data = XyChartData()
    for name, points, *_ in groups:
        series = data.add_series(name)
        for point in points:
            cost = point.value(memo.question.axis)
            if cost:
                series.add_data_point(cost * metric.factor, -(memo.lost(point) or 0.0))
    chart = _chart(
        slide, XL_CHART_TYPE.XY_SCATTER, EDGE, Inches(1.2), Emu(WIDE - 2 * EDGE), Inches(5.9), data
    )
    _legend(chart)
    unit = f" ({metric.plain_unit})" if metric.plain_unit else ""
    _axis(chart.category_axis, f"{metric.label}{unit}, {metric.better} is better", is_log=True)
    _axis(chart.value_axis, f"{memo.question.quality.label}: points against the original")
    for series, (_, _, colour, marker, size) in zip(chart.plots[0].series, groups, strict=True):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = marker, size
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
    lost = 0.0 if choice is None else memo.lost(choice) or 0.0
    deep = max(DEEP, 5.0 * math.ceil(lost / 4))
    chart.value_axis.minimum_scale = -deep
    return sum((memo.lost(point) or 0.0) > deep for point in memo.points)


def bars(slide: Slide, memo: Memo) -> None:
    """What is left of each cost, in percent of the original's."""
    left = remaining(memo)
    if not left:
        return
    data = CategoryChartData(number_format="0.#")
    data.categories = [METRICS[name].label for name, _ in left]
    data.add_series("% of the original", [share for _, share in left])
    chart = _chart(
        slide, XL_CHART_TYPE.BAR_CLUSTERED, Inches(8.8), Inches(1.2), Inches(4.1), Inches(5.6), data
    )
    chart.has_legend, chart.has_title = False, True
    chart.chart_title.text_frame.text = "% of the original"
    chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(14)
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(13)
    chart.value_axis.visible = False
    chart.value_axis.minimum_scale = 0
    chart.value_axis.has_major_gridlines = False
    _labelled(chart.plots[0], "0.0")


def remaining(memo: Memo) -> list[tuple[str, float]]:
    """Costs that both have, as percent of the original's; the question's own first."""
    point, original = memo.shown, memo.decision.original
    if point is None or original is None:
        return []
    names = [
        memo.question.axis,
        *memo.question.limits,
        "size_bytes",
        "latency_ms",
        "energy_mj",
        "memory_bytes",
        "macs",
    ]
    found = []
    for name in dict.fromkeys(names):
        value, before = point.value(name), original.value(name)
        if METRICS[name].better == "lower" and not METRICS[name].is_guard and value and before:
            found.append((name, 100 * value / before))
    return found[:SAVED]


def classes(slide: Slide, harms: Harms) -> None:
    """The change of each class, in points."""
    data = CategoryChartData(number_format="0.0")
    data.categories = [c.name for c in harms.classes]
    data.add_series("Points of accuracy", [c.change for c in harms.classes])
    chart = _chart(
        slide,
        XL_CHART_TYPE.BAR_CLUSTERED,
        EDGE,
        Inches(1.2),
        Emu(WIDE - 2 * EDGE),
        Inches(5.8),
        data,
    )
    chart.has_legend = False
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(13)
    _axis(chart.value_axis, "Points of accuracy against the original")
    _labelled(chart.plots[0], "+0.0;-0.0;0.0")


def _chart(
    slide: Slide, kind: Any, left: Length, top: Length, wide: Length, high: Length, data: Any
) -> Any:
    """A native chart; python-pptx's stubs know less of charts than it does."""
    frame: Any = slide.shapes.add_chart(kind, left, top, wide, high, data)
    return frame.chart


def _labelled(plot: Any, number_format: str) -> None:
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number_format, False
    plot.data_labels.font.size = Pt(13)
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    plot.gap_width = 60
    series = plot.series[0]
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = FRONT
    series.invert_if_negative = False


def _legend(chart: Any) -> None:
    chart.has_title = False
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(14)


def _axis(axis: Any, title: str, *, is_log: bool = False) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = title
    axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(14)
    axis.tick_labels.font.size = Pt(12)
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("DCDDE6")
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if is_log:
        scaling = axis._element.find(f"{{{_C}}}scaling")
        scaling.insert(0, parse_xml(f'<c:logBase {nsdecls("c")} val="10"/>'))


_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
