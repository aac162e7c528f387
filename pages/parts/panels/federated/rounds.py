"""The panel of the rounds: accuracy round by round beside the control's, what travelled, and how clients fared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.federated.alone import alone, draw_alone
from pages.parts.panels.federated.asking_rounds import ask_rounds

UNTRAINED = (
    "This setting isn't trained here yet: train it to see its rounds. Only the last figures of points that came with "
    "the project are known."
)


def rounds(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Words and curves, once the setting is trained."""
    said = st.empty()
    answer = ask_rounds(recipe, point, slot="federated-rounds", settled=settled, said=said)
    if answer is None:
        return
    if answer["federated"] is None:
        said.caption(UNTRAINED)
        return
    said.markdown(describe(answer["federated"]))
    _curves(answer, alone(recipe, answer["federated"]["examples"], settled))


def describe(history: Mapping[str, Any]) -> str:
    """What came of it in a few sentences."""
    played = history["rounds"]
    best = max(played, key=lambda each: each["validation"])
    seen = [
        share
        for share, counts in zip(
            history["clients"][best["number"] - 1], history["examples"], strict=True
        )
        if sum(counts)
    ]
    sent = METRICS["bytes_sent"].text(history["bytes_sent"])
    words = [
        f"**Best in round {best['number']} of {len(played)}: {100 * best['validation']:.1f} %** of the validation "
        f"examples; {sent} travelled in all rounds. With classes mixed as the clients' own, it is right for "
        f"{100 * min(seen):.0f} % at the worst client and {100 * max(seen):.0f} % at the best."
    ]
    if lost := sum(len(each["dropped"]) for each in played):
        words.append(f"{lost} times a client vanished.")
    if late := sum(len(each["late"]) for each in played):
        words.append(f"{late} times one was late.")
    if refused := sum(len(each["rejected"]) for each in played):
        words.append(f"{refused} changes were refused as nonsense.")
    if idle := [each["number"] for each in played if each["note"]]:
        words.append(f"In {len(idle)} rounds no changes arrived, so nothing changed.")
    return " ".join(words)


def _curves(answer: Mapping[str, Any], by_themselves: Sequence[Mapping[str, Any]]) -> None:
    import plotly.graph_objects as go

    history, control = answer["federated"], answer["control"]
    played = history["rounds"]
    numbers = [each["number"] for each in played]
    chart = charts.figure(x="Round", y="Validation accuracy (%)", height=320, legend=True)
    chart.add_trace(
        go.Scatter(
            x=numbers, y=[100 * each["validation"] for each in played], name="federated", mode="lines+markers",
            line={"color": charts.FEDERATED, "width": 2}, marker={"symbol": "cross", "size": 7},
            customdata=[
                [_size(each["bytes_up"]), _size(each["bytes_down"]), len(each["taking_part"])] for each in played
            ],
            hovertemplate="round %{x}: %{y:.1f} %, %{customdata[2]} clients, up %{customdata[0]}, down %{customdata[1]}"
            "<extra></extra>",
        )
    )  # fmt: skip
    for name, pick, dash in (("worst client", min, "dot"), ("best client", max, "dash")):
        chart.add_trace(
            go.Scatter(
                x=numbers, y=[100 * pick(each) for each in history["clients"]], name=name, mode="lines",
                line={"color": charts.FEDERATED, "width": 1, "dash": dash},
                hovertemplate="round %{x}: %{y:.1f} %<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    if control is not None:
        chart.add_trace(
            go.Scatter(
                x=[each["number"] for each in control["rounds"]], name="all data in one place", mode="lines",
                y=[100 * each["validation"] for each in control["rounds"]], line={"color": charts.GREY, "width": 2},
                hovertemplate="pass %{x}: %{y:.1f} %<extra>all data in one place</extra>",
            )
        )  # fmt: skip
    charts.count_along(chart, numbers[-1])
    if by_themselves:
        draw_alone(chart, by_themselves)
    charts.draw(
        chart,
        key="federated-rounds",
        alt="Validation accuracy after each round, and that of the controls",
    )


def _size(count: int) -> str:
    return METRICS["bytes_sent"].text(count)
