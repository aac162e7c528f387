"""What the panels of both kinds of pruning share: the layer that is looked at, the recipe that answers belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe

CHOSEN, WIDGET = "_pruned_layer", "pruned-layer"
NONE = "none"
"""In place of a score to compare with."""


def plain(recipe: Recipe, knob: str, **usual: Any) -> Recipe:
    """The recipe with its slider, and what else changes no ranking, at their defaults: one for all positions."""
    steps = recipe.untrained.steps
    default = type(steps[-1]).model_fields[knob].default
    step = steps[-1].moved(**{knob: default}, **usual)
    return recipe.model_copy(update={"steps": (*steps[:-1], step)})


def asked_for(recipe: Recipe) -> dict[str, Any]:
    """The arguments that every question has."""
    return {"model": recipe.model, "recipe": recipe.model_dump()}


def is_of(point: Point | None, recipe: Recipe) -> bool:
    """Whether a point is the recipe's, trained or as it is before that: both have the same zeros and widths."""
    return point is not None and point.recipe.key in (recipe.key, recipe.untrained.key)


def chosen_layer(model: str) -> str:
    """The weight's name, empty for whichever is largest."""
    chosen_of, name = st.session_state.get(CHOSEN, ("", ""))
    return name if chosen_of == model else ""


def choose_layer(place: Any, model: str, names: Sequence[str], shown: str) -> None:
    """A chooser of the layer that stands at the one shown; all pruning panels look at the same."""

    def chosen() -> None:
        st.session_state[CHOSEN] = (model, st.session_state[WIDGET])

    if st.session_state.get(WIDGET) != (wanted := chosen_layer(model) or shown):
        st.session_state[WIDGET] = wanted
    place.selectbox(
        "Layer", names, key=WIDGET, on_change=chosen,
        format_func=lambda name: name.removesuffix(".weight"),
    )  # fmt: skip


def choose_against(place: Any, key: str, scores: Sequence[str], own: str) -> str:
    """A chooser of another score to compare with; `NONE` at first."""
    others = [NONE, *(score for score in scores if score != own)]
    if st.session_state.get(key, NONE) not in others:
        st.session_state[key] = NONE
    chosen: str = place.selectbox(
        "Compare with", others, key=key,
        help="Another way to rank: would the same ones go? Random is what any ranking must beat.",
    )  # fmt: skip
    return chosen


def set_layer(model: str, name: str) -> None:
    st.session_state[CHOSEN] = (model, name)
