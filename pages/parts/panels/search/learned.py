"""What a search has learned: how much each choice decides, as bars with their intervals."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS
from compression.recipe.axes import Axis
from compression.techniques.step import Step
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask
from pages.parts.panels.search.story import Story

FEWEST = 12
"""As `compression/insight/search/importance.py` has it."""
POOR = 0.3
"""Below this share of the variance explained, the bars say more of the forest than of the networks."""


def learned(story: Story) -> None:
    """Bars for one objective, chosen by the user; a sentence where there is too little to say."""
    fields = [objective.metric for objective in story.history.goal.objectives]
    chosen = st.segmented_control(
        "What decides", fields, default=fields[0], key="search-decides", required=True, label_visibility="collapsed",
        format_func=lambda name: METRICS[name].label,
    )  # fmt: skip
    axes = story.sweep.axes
    places, values = [], []
    objective = story.history.goal.objectives[fields.index(chosen or fields[0])]
    for each in story.history.evaluations:
        place, value = axes.place(each.recipe), each.value(objective.metric)
        if place is not None and value is not None:
            places.append(list(place))
            values.append(objective.cost(value))
    if len(values) < FEWEST:
        st.caption(f"{len(values)} of {FEWEST} networks that are needed to tell what decides.")
        return
    said = st.empty()
    every = axes.all
    answer = ask(
        "search_importance",
        {
            "model": story.sweep.model,
            "sizes": [len(axis.values) for axis in every],
            "ordered": [axis.is_ordered for axis in every],
            "places": places,
            "values": values,
        },
        slot="search-importance",
        settled=True,
        said=said,
    )
    if answer is None or len(answer["axes"]) != len(every):
        return
    said.caption(_said(answer))
    _bars([label(story, axis) for axis in every], answer["axes"])


def label(story: Story, axis: Axis) -> str:
    """``Quantization: bits``; of a single step the knob alone."""
    steps: tuple[Step, ...] = story.history.evaluations[0].recipe.steps
    step = steps[axis.step]
    knob = next(knob for knob in step.knobs() if knob.name == axis.knob)
    return (
        knob.label if len(steps) == 1 else f"{step.label}: {knob.label[:1].lower()}{knob.label[1:]}"
    )


def _said(answer: dict[str, object]) -> str:
    explained, together = answer["explained"], answer["together"]
    assert isinstance(together, float)
    if explained is None:
        return f"All {answer['n']} networks are alike in this: nothing decides."
    assert isinstance(explained, float)
    words = (
        f"Share of the variance that each choice explains alone, of {answer['n']} networks (functional ANOVA on a "
        f"random forest, 95 % interval); {100 * together:.0f} % is only in combinations. The forest explains "
        f"{max(0.0, 100 * explained):.0f} % of networks that it has not seen"
    )
    if explained < POOR:
        return f"{words}: don't trust the bars yet."
    return f"{words}."


def _bars(labels: list[str], shares: list[dict[str, float]]) -> None:
    import plotly.graph_objects as go

    order = sorted(range(len(labels)), key=lambda place: shares[place]["value"])
    chart = charts.figure(x="Share of the variance (%)", y="", height=60 + 30 * len(labels))
    chart.add_trace(
        go.Bar(
            orientation="h",
            y=[labels[place] for place in order],
            x=[100 * shares[place]["value"] for place in order],
            width=0.6,
            marker={"color": charts.PLAIN},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (shares[p]["high"] - shares[p]["value"]) for p in order],
                "arrayminus": [100 * (shares[p]["value"] - shares[p]["low"]) for p in order],
            },
            hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
        )
    )
    chart.update_xaxes(range=[0, 100])
    charts.draw(chart, key="search-importance", alt="How much each choice of the search decides")
