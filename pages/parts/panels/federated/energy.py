"""What each client spends on learning, modelled: the energy of an answer, for all examples that it has learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from compression.point import Measurement, Point
from pages.parts.panels.common import charts

BACK_TOO = 3
"""Answers that learning from one example counts for: one forward, and twice as much back (Kaplan et al., 2020,
arXiv:2001.08361, section 2.1)."""
HELP = (
    "Modelled, not measured: what this machine spends on one answer of the original model, times three for each "
    "example that a client learns from (forward once, and twice as much back; [Kaplan et al., 2020]"
    "(https://arxiv.org/abs/2001.08361)). A batch shares work that a single answer doesn't, so it is rather too much; "
    "another device has another power. No sourced figure for the energy of a byte on the radio is known here, so what "
    "sending takes is left out."
)


def energy(history: Mapping[str, Any], original: Point | None) -> None:
    """Words and a bar a client, where the energy of an answer is known."""
    answer = original.measurements.get("energy_mj") if original else None
    if answer is None or not answer.value:
        return
    joules = spent(history["learned"], answer)
    st.markdown(describe(joules, answer), help=HELP)
    _draw(joules)


def spent(learned: Sequence[int], answer: Measurement) -> list[float]:
    """Joules of each client."""
    return [BACK_TOO * count * (answer.value or 0.0) / 1000 for count in learned]


def describe(joules: Sequence[float], answer: Measurement) -> str:
    """The sum, who spends most and least, and where the figure comes from."""
    busy = [each for each in joules if each]
    if not busy:
        return "**No client has learned anything, so none has spent energy on it.**"
    return (
        f"**Modelled: learning takes {sum(busy):.3g} J of all clients together**, {min(busy):.3g} to {max(busy):.3g} J "
        f"of each that took part: three times the energy of an answer ({answer.note or 'as counted'}) for every "
        "example. What the radio takes is not in it."
    )


def _draw(joules: Sequence[float]) -> None:
    import plotly.graph_objects as go

    chart = charts.figure(x="Client", y="Modelled energy (J)", height=220)
    chart.add_trace(
        go.Bar(
            x=list(range(1, len(joules) + 1)), y=list(joules), marker={"color": charts.FEDERATED},
            hovertemplate="client %{x}: %{y:.3g} J, modelled<extra></extra>",
        )
    )  # fmt: skip
    chart.update_layout(bargap=0.3)
    charts.count_along(chart, len(joules))
    charts.draw(chart, key="federated-energy", alt="Modelled energy of each client in all rounds")
