"""What the panels' charts share: size, margins, and colours that hold in both themes."""

from __future__ import annotations

from typing import Any

import streamlit as st

BLUE, ORANGE, GREY = "#2a83c8", "#d9680f", "#8a90a0"
"""Of 3 : 1 or more against both backgrounds."""


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


def draw(chart: Any, *, key: str, alt: str) -> None:
    st.plotly_chart(chart, key=key, config={"displayModeBar": False}, alt=alt)


def steps(edges: list[float], counts: list[float]) -> dict[str, Any]:
    """A histogram's bars, as arguments of a bar trace."""
    return {
        "x": [(a + b) / 2 for a, b in zip(edges, edges[1:], strict=False)],
        "y": counts,
        "width": [b - a for a, b in zip(edges, edges[1:], strict=False)],
    }
