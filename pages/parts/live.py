"""From a recipe to what is shown of it now: known, estimated, or awaited. The session's live request."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from compression import engine as engine_room
from compression.engine import Ticket
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.step import Knob, Step
from pages.parts import data

WAIT_SECONDS = 0.15
"""How long a run waits for a first estimate before it draws without one."""

TRAIL_LENGTH = 8

ON_FEW = "Measuring on 1,000 test examples"
ON_ALL = "Measuring on the whole test set, about 1 s"


@dataclass(frozen=True)
class Live:
    """What is known of the current recipe at this moment."""

    point: Point | None
    pending: str = ""
    error: str = ""


def look(recipe: Recipe, known: data.Known) -> Live:
    """The recipe's point if it is known; else ask the engine, wait a moment, and say what is awaited."""
    if known.original is None:
        data.engine().request(recipe.baseline, priority=engine_room.LIVE, estimate=False)
    point = known.by_key.get(recipe.key)
    if point is not None:
        _drop_request(unless=None)
        return Live(point)
    ticket = _request(recipe)
    ticket.wait(WAIT_SECONDS)
    best = None if ticket.best is None else data.on_clock(ticket.best, known)
    if ticket.point is not None:
        return Live(best)
    if ticket.error:
        return Live(best, error=ticket.error)
    state = data.engine().state
    if state.name != "ready":
        return Live(best, pending=state.message)
    return Live(best, pending=ON_ALL if best else ON_FEW)


def prefetch(recipe: Recipe, knobs: tuple[Knob, ...]) -> None:
    """Measure the slider's neighbours while the user looks: the next move is then a known point."""
    if st.session_state.get("_prefetched") == recipe.key or not recipe.steps:
        return
    st.session_state["_prefetched"] = recipe.key
    known = data.known(recipe.model).by_key
    for neighbour in neighbours(recipe, knobs):
        if neighbour.key not in known:
            data.engine().request(neighbour, priority=engine_room.PREFETCH)


def neighbours(recipe: Recipe, knobs: tuple[Knob, ...]) -> list[Recipe]:
    """The recipes one slider step away from a one-step recipe."""
    step: Step = recipe.steps[-1]
    found = []
    for knob in (knob for knob in knobs if knob.step and not knob.choices):
        for direction in (1, -1):
            value = round(getattr(step, knob.name) + direction * (knob.step or 0), 6)
            if (knob.low or 0) <= value <= (knob.high or 0):
                moved = type(step).model_validate({**step.model_dump(), knob.name: value})
                steps = (*recipe.steps[:-1], moved)
                found.append(Recipe(model=recipe.model, steps=steps, seed=recipe.seed))
    return found


def remember(recipe: Recipe) -> list[Recipe]:
    """The session's last moves on this model, oldest first, without the current one."""
    trail: list[Recipe] = st.session_state.setdefault("_trail", [])
    if trail and trail[-1].model != recipe.model:
        trail.clear()
    if not trail or trail[-1].key != recipe.key:
        trail.append(recipe)
        del trail[: -TRAIL_LENGTH - 1]
    return trail[:-1]


def step_back() -> Recipe | None:
    """Forget the current move and return the one before it."""
    trail: list[Recipe] = st.session_state.get("_trail", [])
    if len(trail) < 2:
        return None
    trail.pop()
    return trail[-1]


def _request(recipe: Recipe) -> Ticket:
    held: Ticket | None = st.session_state.get("_ticket")
    if held is not None and held.key == recipe.key and not held.error:
        return held
    _drop_request(unless=recipe.key)
    ticket = data.engine().request(recipe, priority=engine_room.LIVE)
    st.session_state["_ticket"] = ticket
    return ticket


def _drop_request(unless: str | None) -> None:
    held: Ticket | None = st.session_state.get("_ticket")
    if held is not None and held.key != unless:
        if not held.done:
            held.cancel()
        del st.session_state["_ticket"]
