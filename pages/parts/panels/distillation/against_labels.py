"""The panel that holds a teacher to account: each seed with it and without, their means, and the difference."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Measurement, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import seed_sweeps
from pages.parts.jobs.expected import help_on, labelled
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import poll
from pages.parts.panels.distillation.gain import SeedPair, describe, missing, seed_pairs
from pages.parts.panels.distillation.students import up_to_distillation
from pages.parts.shell.mean_interval import mean_interval

CONTROL = (
    "The control is the same student from the same first weights, for as many updates on the same labelled examples, "
    "without a teacher and without the unlabelled ones. Means with their standard deviation over seeds; each accuracy "
    "is that of the whole test set."
)


def against_labels(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Words, dots, and the button that trains what is missing."""
    asked = up_to_distillation(recipe)
    if asked.control is None:
        st.caption("This setting is the control itself: choose a method with a teacher to compare.")
        return
    now = data.known_or_bundled(recipe.model)
    pairs = seed_pairs(asked, now.by_key)
    st.markdown(describe(pairs))
    if any(pair.taught is not None or pair.alone is not None for pair in pairs):
        _dots(pairs)
    _train(asked, missing(asked, now.by_key))
    st.caption(CONTROL)


def _train(asked: Recipe, left: Sequence[Recipe]) -> None:
    """What is under way, or the button for what is missing."""
    wanted = missing(asked, {})
    runs = seed_sweeps.running(wanted)
    if runs:
        seed_sweeps.progress(runs, len(wanted), len(left))
        poll("against-labels")
    if st.session_state.get("_seeds_left", 0) > len(left):  # one has come in: the plots want it too
        st.session_state["_seeds_left"] = len(left)
        st.rerun(scope="app")
    st.session_state["_seeds_left"] = len(left)
    if left and not runs:
        if error := seed_sweeps.failure():
            st.error(error, icon=":material/error:")
        st.button(
            labelled(f"Train what is missing ({len(left)} of {len(wanted)})", left),
            key="train-seeds",
            icon=":material/model_training:",
            on_click=seed_sweeps.train,
            args=(tuple(left),),
            help="Seeds 0, 1 and 2, each with the teacher and with labels alone. They train one after the other while "
            f"you go on; what is finished stays if you cancel.{help_on(left)}",
        )


def _dots(pairs: Sequence[SeedPair]) -> None:
    """A row each, a dot a seed, a bar at the mean; a line joins the two of a seed."""
    import plotly.graph_objects as go

    rows = {
        "Labels alone": [_percent(p.alone) for p in pairs],
        "With its teacher": [_percent(p.taught) for p in pairs],
    }
    chart = charts.figure(x="Accuracy (%)", y="", height=190)
    for alone, taught in zip(*rows.values(), strict=True):
        if taught is not None and alone is not None:
            chart.add_trace(
                go.Scatter(
                    x=[alone, taught], y=list(rows), mode="lines", hoverinfo="skip",
                    line={"color": charts.GREY, "width": 1},
                )
            )  # fmt: skip
    for (name, values), colour, symbol in zip(
        rows.items(), (charts.GREY, charts.DISTILLED), ("circle-open", "square"), strict=True
    ):
        there = [
            (p.seed, value) for p, value in zip(pairs, values, strict=True) if value is not None
        ]
        if not there:
            continue
        mean = mean_interval([value for _, value in there])
        chart.add_trace(
            go.Scatter(
                x=[value for _, value in there], y=[name] * len(there), mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2, "color": colour}},
                customdata=[seed for seed, _ in there],
                hovertemplate="seed %{customdata}: %{x:.2f} %<extra>" + name + "</extra>",
            )
        )  # fmt: skip
        chart.add_trace(
            go.Scatter(
                x=[mean.mean], y=[name], mode="markers", cliponaxis=False,
                error_x={"type": "data", "array": [mean.deviation or 0], "color": colour, "thickness": 2, "width": 6},
                marker={"color": colour, "symbol": "line-ns", "size": 26, "line": {"width": 3, "color": colour}},
                hovertemplate=f"mean %{{x:.2f}} %<extra>{name}</extra>",
            )
        )  # fmt: skip
    chart.update_yaxes(categoryorder="array", categoryarray=list(rows), range=[-0.6, 1.6])
    charts.draw(
        chart,
        key="against-labels",
        alt="Accuracy of each seed with a teacher and with labels alone",
    )


def _percent(quality: Measurement | None) -> float | None:
    return None if quality is None or quality.value is None else 100 * quality.value
