"""The comparison: the same points and knobs with three `st.plotly_chart` and Streamlit's stock settings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

if (root := str(Path(__file__).parents[2])) not in sys.path:
    sys.path.insert(0, root)

from tests.synthetic import background, mark

METRICS = ("size_bytes", "latency_ms", "energy_mj")
count = int(st.query_params.get("count", 200))
points = background(count)


def remember_selection(metric: str) -> None:
    chosen = st.session_state[f"plot-{metric}"]["selection"]["points"]
    rows = [point["point_index"] for point in chosen if point["curve_number"] == 0]
    if rows:  # a plot that was built anew reports an empty selection
        st.session_state.chosen = rows
        st.session_state.boxes = st.session_state.get("boxes", 0) + 1


def figure(metric: str, now: Any, chosen: list[int] | None) -> go.Figure:
    stamp = f"{now.key} {st.session_state.get('boxes', 0)}"
    drawn = go.Figure()
    drawn.add_scatter(
        x=points.values[metric], y=points.values["accuracy"], mode="markers", selectedpoints=chosen
    )
    drawn.add_scatter(
        x=[now.figures[metric].value], y=[now.figures["accuracy"].value], marker={"size": 16}
    )
    drawn.update_xaxes(type="log")
    return drawn.update_layout(title=stamp, dragmode="select", showlegend=False)


st.set_page_config(layout="wide")
bits = st.slider("bits", 2, 8, 4)
sparsity = st.slider("sparsity", 0.0, 0.95, 0.0, 0.01)
for place, name in zip(st.columns(3), METRICS, strict=True):
    place.plotly_chart(
        figure(name, mark(bits, sparsity), st.session_state.get("chosen")),
        key=f"plot-{name}",
        on_select=lambda metric=name: remember_selection(metric),
        selection_mode="box",
    )
