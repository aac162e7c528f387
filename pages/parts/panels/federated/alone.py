"""Each client learning alone, beside the rounds: asked for by a button, one client after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

import streamlit as st

from compression.engine import Request
from compression.recipe import Recipe
from compression.techniques.federated.knobs import Federate
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import WAIT_SECONDS, poll
from pages.parts.panels.federated.before_training import federated_step

WANTED = "_alone"
"""In the session's state: the keys of the recipes whose clients somebody wants to see alone."""
NAME = "each client alone"
BAND = "rgba(128,134,154,0.18)"


def alone(
    recipe: Recipe, examples: Sequence[Sequence[int]], settled: bool
) -> list[Mapping[str, Any]]:
    """What the clients reach alone, once all have; before that a button, or how far it is.

    ``examples`` are those of each client, by class. All data in one place are nobody's alone.
    """
    if federated_step(recipe).is_central or not settled:
        return []
    asked = _up_to_federated(recipe)
    having = [client for client, counts in enumerate(examples) if sum(counts)]
    if asked.key not in st.session_state.get(WANTED, ()):
        st.button(
            "Train each client alone", key="train-alone", icon=":material/person:", on_click=_want, args=(asked.key,),
            help="What each client reaches from its own examples alone, in as many passes: takes about as long as the "
            "federated training.",
        )  # fmt: skip
        return []
    told = _answered(asked, having)
    if len(told) < len(having):
        return []
    st.markdown(describe(told))
    return told


def describe(told: Sequence[Mapping[str, Any]]) -> str:
    """Mean, lowest and highest over the clients."""
    best = [100 * each["best"] for each in told]
    return (
        f"**Alone: {mean(best):.0f} % on average ({min(best):.0f} to {max(best):.0f}).** So much of the validation "
        "examples does a client get right that learns from its own examples only, in as many passes."
    )


def draw_alone(chart: Any, told: Sequence[Mapping[str, Any]]) -> None:
    """The mean over the clients as a line, in a band from the lowest to the highest."""
    import plotly.graph_objects as go

    passes = [
        [100 * share for share in each]
        for each in zip(*(each["validation"] for each in told), strict=True)
    ]
    numbers = list(range(1, len(passes) + 1))
    edges = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    chart.add_trace(go.Scatter(x=numbers, y=[min(each) for each in passes], **edges))
    chart.add_trace(
        go.Scatter(x=numbers, y=[max(p) for p in passes], fill="tonexty", fillcolor=BAND, **edges)
    )
    chart.add_trace(
        go.Scatter(
            x=numbers, y=[mean(each) for each in passes], name=NAME, mode="lines",
            line={"color": charts.GREY, "width": 2, "dash": "dashdot"},
            customdata=[[min(each), max(each)] for each in passes],
            hovertemplate="round %{x}: %{y:.1f} % on average, %{customdata[0]:.1f} to %{customdata[1]:.1f}"
            f"<extra>{NAME}</extra>",
        )
    )  # fmt: skip


def _answered(asked: Recipe, clients: Sequence[int]) -> list[Mapping[str, Any]]:
    """The answers of the first clients that are there; the next client is asked about, and the others wait."""
    told: list[Mapping[str, Any]] = []
    said = st.empty()
    for client in clients:
        request: Request[Any] = data.engine().ask(
            "federated_alone",
            {"model": asked.model, "recipe": asked.model_dump(), "client": client},
        )
        request.wait(WAIT_SECONDS)
        if request.error:
            said.error(request.error, icon=":material/error:")
            break
        if not request.done:
            words = f"Each client learns alone: {len(told)} of {len(clients)} have …"
            said.progress(len(told) / len(clients), words)
            st.button(
                "Stop", key="stop-alone", icon=":material/stop:", on_click=_stop, args=(asked.key,),
                help="Nobody else learns alone after the one who does now; those who have are kept.",
            )  # fmt: skip
            poll("federated-alone")
            break
        told.append(request.result())
    return told


def _up_to_federated(recipe: Recipe) -> Recipe:
    """What comes after has no part in it."""
    last = max(n for n, step in enumerate(recipe.steps) if isinstance(step, Federate))
    return recipe.model_copy(update={"steps": recipe.steps[: last + 1]})


def _stop(key: str) -> None:
    st.session_state[WANTED] = set(st.session_state.get(WANTED, ())) - {key}


def _want(key: str) -> None:
    st.session_state[WANTED] = {*st.session_state.get(WANTED, ()), key}
