"""The plan that the panels of slicing draw: as asked for, or, where that fits no device, what comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.pruned_layer import is_of


@dataclass(frozen=True)
class Planned:
    """The answer to ``slicing_plan``, and what its cuts are best for where nobody chose them."""

    plan: dict[str, Any]
    objective: str


def ask_plan(recipe: Recipe, point: Point | None, *, slot: str, settled: bool) -> Planned | None:
    """The plan, or None while it is awaited; where it fits no device, that of the same cuts without a cap, or of
    those between layers that need least: such can be moved.

    A line above what the caller draws tells what is awaited, or why it does not fit.
    """
    said = st.empty()
    shown = point.recipe if point is not None and is_of(point, recipe) else recipe.untrained
    step = step_of(shown)
    has_exits = step_of(recipe).is_trained
    plan = _ask(shown, slot, settled, said, exits=has_exits)
    if plan or not step.cap_kb or not settled:
        return Planned(plan, step.objective) if plan else None
    objective = step.objective if step.cuts else "memory"
    uncapped = step.moved(cap_kb=0.0, objective=objective, split="off")
    nearest = shown.model_copy(update={"steps": (*shown.steps[:-1], uncapped)})
    plan = _ask(nearest, f"{slot} without a cap", settled, st.empty(), exits=has_exits)
    if plan:
        said.empty()  # the page's own sentence says it, and the plan shows where
    return Planned(plan, objective) if plan else None


def step_of(recipe: Recipe) -> Slice:
    step = recipe.steps[-1]
    assert isinstance(step, Slice)
    return step


def times_words(plan: Mapping[str, Any]) -> str:
    """Where the times of layers are from."""
    return {
        "modelled": "times are modelled",
        "shipped": "times of layers were measured by whoever keeps the project",
        "measured": "times of layers were measured on this machine",
    }[plan["times"]]


def _ask(recipe: Recipe, slot: str, settled: bool, said: Any, *, exits: bool) -> Any:
    """Heads that are trained are in the recipe; those that still have to be are asked for."""
    arguments: dict[str, Any] = {"model": recipe.model, "recipe": recipe.model_dump()}
    if exits and not recipe.is_trained:
        arguments["exits"] = True
    return ask("slicing_plan", arguments, slot=slot, settled=settled, said=said)
