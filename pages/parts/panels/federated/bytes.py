"""The panel of what left the device: one update, plain and masked, its bytes in each format, and all that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask
from pages.parts.panels.federated.asking_rounds import ask_rounds
from pages.parts.panels.federated.energy import energy

UNTRAINED = "Train this setting here to see what was sent in each round, and by whom."
NOT_MASKED = {
    "alone": "There is nobody to hide among: one client takes part in a round.",
    "topk": "The largest changes stand at other places for each client, so they can't be masked and added up.",
}


def sent(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Words, an update's two histograms, the formats, and the rounds once they are trained."""
    said = st.empty()
    asked = {"model": recipe.model, "recipe": recipe.model_dump()}
    answer = ask("federated_update", asked, slot="federated-update", settled=settled, said=said)
    if answer is None:
        return
    said.markdown(describe(answer))
    _histograms(answer)
    _formats(answer)
    told = st.empty()
    rounds = ask_rounds(recipe, point, slot="federated-sent", settled=settled, said=told)
    if rounds is None:
        return
    if rounds["federated"] is None:
        told.caption(UNTRAINED)
        return
    told.markdown(describe_rounds(rounds["federated"]))
    _rounds(rounds["federated"])
    _clients(rounds["federated"])
    energy(rounds["federated"], known.original)


def describe(answer: Mapping[str, Any]) -> str:
    """What one update weighs, plain and masked."""
    own = next(each for each in answer["formats"] if each["name"] == answer["update"])
    words = [
        f"**What left client {answer['client']} in the first round: {answer['numbers']:,} changes, "
        f"{size(own['plain'])} as {answer['update']}.** Left: how large they are, which tells something of the "
        "examples."
    ]
    if own["masked"] is None:
        words.append(NOT_MASKED["topk" if answer["update"] == "topk" else "alone"])
        return " ".join(words)
    words.append(
        f"Right: the same changes with masks, {size(own['masked'])}: every value is equally likely, and only the sum "
        f"of all {answer['joining']} clients' means something. A masked number has {own['bits']} bits, so that the "
        f"sum fits; keys and shares take {size(answer['besides'])} more."
    )
    if not answer["secure"]:
        words.append("This setting sends them plainly: *Secure aggregation* masks them.")
    return " ".join(words)


def describe_rounds(history: Mapping[str, Any]) -> str:
    """All that travelled."""
    played = history["rounds"]
    up, down = (sum(each[way] for each in played) for way in ("bytes_up", "bytes_down"))
    return (
        f"**In {len(played)} rounds clients sent {size(up)} and got {size(down)}.** "
        "Up are changes, and with secure aggregation keys and shares too; down is the model."
    )


def size(count: float) -> str:
    return METRICS["bytes_sent"].text(count)


def _histograms(answer: Mapping[str, Any]) -> None:
    left, right = st.columns(2)
    with left:
        chart = charts.figure(x="Change of a number", y="Numbers", height=220)
        chart.add_trace(_bars(answer["plain"], charts.FEDERATED, "changes"))
        charts.draw(chart, key="federated-plain", alt="How large the changes of one update are")
    if answer["masked"] is not None:
        with right:
            chart = charts.figure(x="Value that is sent", y="Numbers", height=220)
            chart.add_trace(_bars(answer["masked"], charts.GREY, "numbers"))
            chart.update_xaxes(exponentformat="power")  # not 4B, which reads as bytes
            charts.draw(chart, key="federated-masked", alt="The same update masked: all alike")


def _bars(counted: Mapping[str, list[float]], colour: str, what: str) -> Any:
    bars = charts.histogram(counted, name="")
    bars.update(marker={"color": colour, "line": {"width": 0}}, opacity=1)
    bars.update(hovertemplate=f"around %{{x:.3g}}: %{{y}} {what}<extra></extra>")
    return bars


def _formats(answer: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    formats = answer["formats"]
    names = [each["name"] for each in formats]
    chart = charts.figure(x="Format", y="One update (kB)", height=260, legend=True, barmode="group")
    for name, colour in (("plain", charts.FEDERATED), ("masked", charts.GREY)):
        chart.add_trace(
            go.Bar(
                x=names, y=[each[name] and each[name] / 1000 for each in formats], name=name,
                marker={"color": colour}, customdata=[size(each[name]) for each in formats],
                hovertemplate="%{x}: %{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    chart.update_layout(bargap=0.3)
    charts.draw(chart, key="federated-formats", alt="Bytes of one update in each format")


def _rounds(history: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    played = history["rounds"]
    chart = charts.figure(x="Round", y="All clients (kB)", height=240, legend=True)
    for way, name, dash in (("bytes_up", "up", "solid"), ("bytes_down", "down", "dot")):
        chart.add_trace(
            go.Scatter(
                x=[each["number"] for each in played], y=[each[way] / 1000 for each in played], name=name,
                mode="lines+markers", line={"color": charts.FEDERATED, "dash": dash, "width": 2},
                customdata=[size(each[way]) for each in played],
                hovertemplate="round %{x}: %{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    chart.update_yaxes(rangemode="tozero")
    charts.count_along(chart, len(played))
    charts.draw(chart, key="federated-sent-rounds", alt="Bytes up and down in each round")


def _clients(history: Mapping[str, Any]) -> None:
    """Who sent and got how much; trainings of earlier versions don't know."""
    import plotly.graph_objects as go

    played = history["rounds"]
    if not all(each["up_by_client"] for each in played):
        return
    chart = charts.figure(x="Client", y="All rounds (kB)", height=240, legend=True, barmode="group")
    for way, name, colour in (
        ("up_by_client", "up", charts.FEDERATED),
        ("down_by_client", "down", charts.GREY),
    ):
        sums = [sum(each) for each in zip(*(one[way] for one in played), strict=True)]
        chart.add_trace(
            go.Bar(
                x=list(range(1, len(sums) + 1)), y=[each / 1000 for each in sums], name=name,
                marker={"color": colour}, customdata=[size(each) for each in sums],
                hovertemplate="client %{x}: %{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    chart.update_layout(bargap=0.3)
    charts.count_along(chart, len(sums))
    charts.draw(chart, key="federated-sent-clients", alt="Bytes of each client in all rounds")
