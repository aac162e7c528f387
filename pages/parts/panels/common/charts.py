"""What the panels' charts share: size, margins, and colours that hold in both themes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import streamlit as st

PLAIN, ACCENT, GREY = "#6d7488", "#8667e8", "#80869a"
"""Of 3 : 1 or more against both backgrounds, and of no technique: their colours stand for them alone."""

DISTILLED = "#00936a"
"""Distillation's own, of 3 : 1 on both: for points that it made."""

FEDERATED = "#2a83b8"
"""Federated learning's own, as well."""

COUNTED_SINGLY = 10
"""Below this many places along an axis Plotly would put labels between whole numbers."""

_HAS_ALT = "alt" in inspect.signature(st.plotly_chart).parameters


def figure(*, x: str, y: str, height: int, legend: bool = False, **layout: Any) -> Any:
    """An empty chart with axis titles; imports Plotly when a panel is first opened."""
    import plotly.graph_objects as go

    chart = go.Figure()
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        xaxis={"title": x, "automargin": True},
        yaxis={"title": y, "automargin": True},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        bargap=0,
        dragmode=False,
        **layout,
    )
    return chart


def count_along(chart: Any, last: int) -> None:
    """Only whole numbers on the x axis, which goes to ``last``: there is no round 1.5."""
    if last < COUNTED_SINGLY:
        chart.update_xaxes(dtick=1)


def draw(chart: Any, *, key: str, alt: str) -> None:
    words: dict[str, Any] = {"alt": alt} if _HAS_ALT else {}
    st.plotly_chart(chart, key=key, config={"displayModeBar": False}, **words)


def histogram(counted: Mapping[str, list[float]], *, name: str) -> Any:
    """A trace of bars from the edges and counts of a histogram."""
    import plotly.graph_objects as go

    edges = counted["edges"]
    pairs = list(zip(edges, edges[1:], strict=False))
    return go.Bar(
        x=[(low + high) / 2 for low, high in pairs],
        width=[high - low for low, high in pairs],
        y=counted["counts"],
        name=name,
        marker={"color": PLAIN, "line": {"width": 0}},
        opacity=0.8,
        hovertemplate="around %{x:.3g}: %{y} weights<extra></extra>",
    )
