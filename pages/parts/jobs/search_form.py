"""The form of a search: free knobs of the whole chain, how many points, what they are to be good at, and limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from compression.point import METRICS, headline_costs
from compression.point.goals import goal_of, in_words
from compression.recipe import Recipe, only_effective
from compression.recipe.samplers import is_search
from compression.recipe.sweep import Sweep
from compression.techniques.step import Knob, Step
from pages.parts.form.limits import typed_limits
from pages.parts.jobs.knob_values import between, chosen_ends, chosen_names
from pages.parts.jobs.sweep_plan import freed

HOW = {
    "grid": "Every combination",
    "random": "At random",
    "nsga2": "NSGA-II",
    "tpe": "TPE",
    "gp": "Gaussian process",
}
HELP = {
    "random": "Each setting is equally likely: what a search has to beat.",
    "nsga2": "Breeds each generation from the best before it: best with hundreds of points.",
    "tpe": "Looks where good settings were found and bad ones were not: quick.",
    "gp": "Models every objective over all knobs: learns the most from few points, thinking about a second for each.",
}
"""What each way of choosing settings is, beside the grid."""

POINTS = 40
Place = tuple[int, str]
"""A step's number and the name of its knob."""


def chosen_sampler() -> str:
    """How the settings are chosen; every combination of one step's knobs at first."""
    chosen = st.segmented_control(
        "How settings are chosen", list(HOW), default="grid", format_func=HOW.__getitem__, key="sweep-sampler",
        required=True,
    )  # fmt: skip
    if chosen in HELP:
        st.caption(HELP[chosen])
    return chosen or "grid"


def search_form(recipe: Recipe, sampler: str) -> Sweep:
    """What the form asks for; UsageError in a sentence where it can't be."""
    knobs, steps = _knobs(recipe), "-".join(step.technique for step in recipe.steps)
    chosen = st.pills(
        "Knobs to vary", list(knobs), selection_mode="multi", default=_first(knobs, recipe),
        format_func=lambda place: _label(recipe, place, knobs[place]), key=f"search-knobs-{steps}",
    )  # fmt: skip
    free = {place: _values(recipe, place, knobs[place]) for place in chosen}
    most = min(POINTS, math.prod(map(len, free.values())))
    points = int(
        st.number_input("Points", min_value=1, value=max(1, most), key=f"search-points-{most}")
    )
    texts = freed(recipe, free)
    if not is_search(sampler):
        return Sweep.parse(recipe.model, texts, points=points, seed=recipe.seed, sampler=sampler)
    costs = [metric.field for metric in headline_costs()]
    against = st.selectbox(
        "Quality against", costs, format_func=lambda name: METRICS[name].label, key="search-cost"
    )
    with st.expander("Limits"):
        limits = typed_limits(recipe.model, key="search-limit")
    warm = st.checkbox(
        "Begin with what is known",
        value=True,
        key="search-warm",
        help="Points of these knobs that were measured before tell the search where to look; they don't count.",
    )
    quality = goal_of(recipe.model).objectives[0].metric
    goal = goal_of(recipe.model, (quality, against), limits)
    said = in_words(goal)
    st.caption(f"Looks for {said}. The test examples have no say in where it looks.")
    return Sweep.parse(
        recipe.model, texts, points=points, seed=recipe.seed, sampler=sampler, goal=goal, warm=warm
    )  # fmt: skip


def _knobs(recipe: Recipe) -> dict[Place, Knob]:
    """The knobs of all steps that have an effect where they stand: of each step numbers first."""
    found = {}
    for index, step in enumerate(recipe.steps):
        counts = only_effective(type(step), step.model_dump())
        shown = [k for k in step.knobs() if k.form and not k.is_text and k.name in counts]
        ranked = sorted(shown, key=lambda knob: (bool(knob.choices), knob.more))
        found.update({(index, knob.name): knob for knob in ranked})
    return found


def _first(knobs: Mapping[Place, Knob], recipe: Recipe) -> list[Place]:
    """Of each step its first number and its first choice, so that there is something to search."""
    first: dict[tuple[int, bool], Place] = {}
    for place, knob in knobs.items():
        first.setdefault((place[0], bool(knob.choices)), place)
    return list(first.values())


def _label(recipe: Recipe, place: Place, knob: Knob) -> str:
    if len(recipe.steps) == 1:
        return knob.label
    return f"{recipe.steps[place[0]].label}: {knob.label[:1].lower()}{knob.label[1:]}"


def _values(recipe: Recipe, place: Place, knob: Knob) -> Sequence[Any]:
    key = f"search-{place[0]}-{place[1]}"
    technique: type[Step] = type(recipe.steps[place[0]])
    if knob.choices:
        return chosen_names(technique, knob, key)
    return between(knob, *chosen_ends(knob, key))
