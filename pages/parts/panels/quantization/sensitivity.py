"""The sensitivity panel: which layers can be rounded for free, and which ones cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from compression.point import Metric, Point, quality_of
from compression.point.difference import least_difference
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import poll

AT_A_TIME = 2
"""Layers asked for at once: a knob that moves on leaves no more than these behind."""

CHANGE = "Change of outputs"


def sensitivity(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Two bars per layer, which come in as they are computed."""
    quality = quality_of(recipe.model)
    lost = f"{quality.label} lost"
    measure = st.segmented_control(
        "Measure", [lost, CHANGE], default=lost, required=True,
        key="sensitivity-measure", label_visibility="collapsed",
    )  # fmt: skip
    shown: dict[str, Any] = st.session_state.setdefault("_panels", {})
    slot = f"sensitivity {recipe.model}"
    said = st.empty()
    if settled:
        rows, layers, error = _ask(recipe)
        if error:
            said.error(error, icon=":material/error:")
            return
        if rows:
            shown[slot] = rows, layers
        awaited = not rows or len(rows) < len(layers) + 1
        if awaited:
            said.caption(f"Computing, {max(0, len(rows) - 1)} of {len(layers) or '…'} layers …")
            poll("sensitivity")
        else:
            said.caption("What rounding costs, one layer at a time")
    else:
        said.caption("Waiting until these knobs are measured …")
    if slot in shown:
        rows, layers = shown[slot]
        _draw(rows[1:], layers, rows[0], None if measure == CHANGE else quality)


def _ask(recipe: Recipe) -> tuple[list[Any], list[str], str]:
    """The answers there are, the one without a layer first; the layers; what failed."""
    asked = {"model": recipe.model, "recipe": recipe.model_dump()}
    whole = data.engine().ask("sensitivity", {**asked, "layer": ""})
    whole.wait(0.1)
    if not whole.done or whole.error:
        return [], [], whole.error
    everything = whole.result(0)
    rows, out = [everything], 0
    for layer in everything["layers"]:
        answer = data.engine().ask("sensitivity", {**asked, "layer": layer})
        if answer.error:
            return [], [], answer.error
        if answer.done:
            rows.append(answer.value)
            continue
        out += 1
        if out == AT_A_TIME:
            break
    return rows, everything["layers"], ""


def _draw(rows: Sequence[Any], layers: Sequence[str], whole: Any, quality: Metric | None) -> None:
    """The quality lost by layer; without one, how far the outputs change."""
    import plotly.graph_objects as go

    if quality is not None:
        unit = "points" if quality.style == "percent" else quality.plain_unit
        title = f"{quality.label} lost ({unit}) on validation"
        alone = [_lost(whole, row["quality_alone"], quality) for row in rows]
        rest = [_lost(whole, row["quality_rest"], quality) for row in rows]
        everything = _lost(whole, whole["quality_rest"], quality)
    else:
        title = "KL divergence from the original's outputs (nats)"
        alone, rest = [row["kl_alone"] for row in rows], [row["kl_rest"] for row in rows]
        everything = whole["kl_rest"]
    chart = charts.figure(x=title, y="", height=90 + 34 * len(layers), legend=True)
    chart.update_layout(bargap=0.3, barmode="group")
    names = list(layers)
    blank = [None] * (len(layers) - len(rows))
    for values, name, colour, pattern in (
        (alone, "this layer alone rounded", charts.PLAIN, ""),
        (rest, "all but this one", charts.ACCENT, "/"),
    ):
        chart.add_trace(
            go.Bar(
                x=[*values, *blank], y=names, orientation="h", name=name,
                marker={"color": colour, "pattern": {"shape": pattern}},
                hovertemplate="%{y}: %{x:.3g}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    chart.add_vline(everything, line={"color": charts.GREY, "dash": "dash", "width": 1.5})
    chart.update_yaxes(
        categoryorder="array", categoryarray=list(layers)[::-1], range=[-0.6, len(layers) - 0.4]
    )
    charts.draw(chart, key="sensitivity", alt=f"{title} per layer, rounded alone and left out")
    st.caption(
        f"Dashed: all layers rounded. A long plain bar marks a layer that minds; a hatched one that stays well "
        f"short of the dashed line, a layer worth more bits. {whole['examples']:,} validation examples, float "
        f"activations{_least(whole, quality)}."
    )


def _least(whole: Any, quality: Metric | None) -> str:
    """What the examples can't tell apart, where they are counted as right or wrong."""
    if quality is None or quality.style != "percent":
        return ""
    points = 100 * least_difference(whole["quality_alone"], whole["examples"])
    return f": bars less than {points:.1f} points apart can't be told apart"


def _lost(whole: Any, value: float, quality: Metric) -> float:
    return quality.factor * (quality.cost(value) - quality.cost(whole["quality_alone"]))
