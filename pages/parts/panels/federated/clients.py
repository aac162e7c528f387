"""The panel of who has what: a row a client, a column a class. It follows the skew at once.

Nothing is trained for it; once the setting is, its rounds are played here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask
from pages.parts.panels.federated.asking_rounds import ask_rounds
from pages.parts.panels.federated.round_player import play

ROW, FRAME = 22, 110
"""Pixels of a client's row, and of what surrounds all."""
TALLEST = 520


def clients(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Words, the clients with their rounds, and a map."""
    said = st.empty()
    asked = {"model": recipe.model, "recipe": recipe.model_dump()}
    answer = ask("federated_clients", asked, slot="federated-clients", settled=True, said=said)
    if answer is None:
        return
    said.markdown(describe(answer))
    told = ask_rounds(recipe, point, slot="federated-played", settled=settled, said=st.empty())
    play(answer, told["federated"] if told else None, recipe.key)
    _map(answer)


def describe(answer: Mapping[str, Any]) -> str:
    """How uneven it is, and who or what is missing."""
    counts, classes = answer["counts"], answer["classes"]
    having = [row for row in counts if sum(row)]
    main = sum(max(row) / sum(row) for row in having) / max(1, len(having))
    words = [
        f"**{len(counts)} client{'s' * (len(counts) != 1)}, {sum(map(sum, counts)):,} training examples.** "
        f"Of an average client's examples {100 * main:.0f} % are of a single class "
        f"(all alike it would be {100 / len(classes):.0f} %)."
    ]
    if answer["empty"]:
        words.append(f"{len(answer['empty'])} have no examples at all and never take part.")
    if answer["nowhere"]:
        names = ", ".join(classes[place] for place in answer["nowhere"])
        words.append(f"Nobody has any of {names}, so it can't be learned.")
    return " ".join(words)


def _map(answer: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    counts, names = answer["counts"], answer["names"]
    chart = charts.figure(x="", y="", height=min(TALLEST, FRAME + ROW * len(counts)))
    chart.add_trace(
        go.Heatmap(
            z=counts, x=answer["classes"], y=names, colorscale=[[0, "rgba(42,131,184,0.05)"], [1, charts.FEDERATED]],
            hovertemplate="%{y}: %{z} examples of %{x}<extra></extra>", xgap=2, ygap=2, colorbar={"title": "examples"},
        )
    )  # fmt: skip
    chart.update_xaxes(type="category", showgrid=False)
    chart.update_yaxes(autorange="reversed", showgrid=False)
    charts.draw(
        chart, key="federated-clients", alt="How many examples of each class each client has"
    )
