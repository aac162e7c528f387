"""Student against teacher by size: every known student of a model, and the models that teach."""

from __future__ import annotations

import streamlit as st

from compression.models.catalogue import model_card
from compression.point import quality_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.distillation.students import distill_step, distilled, student_parameters


def capacity_gap(recipe: Recipe, teachers: tuple[str, ...], known: data.Known) -> None:
    """All known students of this model by their size, beside who teaches."""
    import plotly.graph_objects as go

    students = [p for p in distilled(known.points) if p.quality is not None]
    if not students:
        return
    st.caption(
        "The capacity gap: every known student by its size, and the teacher. The larger teacher isn't always the "
        "better one."
    )
    quality = quality_of(recipe.model)
    chart = charts.figure(x="Parameters", y=quality.head, height=280, legend=True)
    for name, labels_only, symbol, colour in (
        ("with a teacher", False, "square", charts.DISTILLED),
        ("labels alone", True, "circle-open", charts.GREY),
    ):
        there = [p for p in students if (not distill_step(p.recipe).teachers) == labels_only]
        chart.add_trace(
            go.Scatter(
                x=[student_parameters(recipe.model, distill_step(p.recipe).student) for p in there],
                y=[quality.factor * (p.quality or 0) for p in there], mode="markers", name=name,
                customdata=[p.recipe.describe() for p in there],
                marker={"symbol": symbol, "color": colour, "size": 9, "line": {"width": 1.5, "color": colour}},
                hovertemplate="%{customdata}: %{y:.1f} %<extra></extra>",
            )
        )  # fmt: skip
    originals = {
        name: (known if name == recipe.model else data.known_or_bundled(name)).original
        for name in teachers
    }
    teaching = {name: point for name, point in originals.items() if point is not None}
    chart.add_trace(
        go.Scatter(
            x=[model_card(name).parameters for name in teaching],
            y=[quality.factor * (point.quality or 0) for point in teaching.values()],
            mode="markers+text", text=[model_card(name).title for name in teaching], textposition="bottom center",
            name="teacher", marker={"symbol": "diamond", "size": 12, "color": charts.PLAIN}, cliponaxis=False,
            hovertemplate="%{text}: %{y:.1f} %<extra>teacher</extra>",
        )
    )  # fmt: skip
    chart.update_xaxes(type="log", dtick="D2")
    charts.draw(
        chart,
        key="capacity-gap",
        alt=f"{quality.label} of students and teacher over their number of parameters",
    )
