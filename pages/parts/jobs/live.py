"""From a recipe to what is shown of it now: known, estimated, or awaited. The session's live request."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from compression.engine import PointRequest, Priority
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.step import Knob, Step
from pages.parts import data
from pages.parts.jobs import training

WAIT_SECONDS = 0.15
"""How long a run waits for a first estimate before it draws without one."""

START_SECONDS = 0.3
"""The same while the engine starts, but only where the page is on the screen already."""

MOMENT_SECONDS = 1.0
"""How long an answer may do without the points that were measured since the last one."""

TRAIL_LENGTH = 8

ON_FEW = "Measuring on 1,000 test examples"
ON_ALL = "Measuring on the whole test set, about 1 s"


@dataclass(frozen=True)
class Live:
    """What is known of the current recipe at this moment."""

    point: Point | None
    pending: str = ""
    error: str = ""
    untrained: bool = False
    """The point is the recipe's before its training, which has not been done yet."""
    training: PointRequest | None = None


def meanwhile(recipe: Recipe) -> data.Known | None:
    """Ask for a point that has to be measured, before anything else is read or drawn; what was known a moment ago.

    Reading newer points and having them drawn takes as long as an estimate does (of 10,000 points half a second), so
    for a moment the answer does without them. None: the point is known, or nothing is, or the moment is over.
    """
    known = data.last_known(recipe.model)
    if known is None or known.original is None or recipe.is_trained or recipe.key in known.by_key:
        return None
    request = _request(recipe)
    is_recent = time.monotonic() - st.session_state["_live_since"] < MOMENT_SECONDS
    return known if is_recent and not request.done else None


def look(recipe: Recipe, known: data.Known) -> Live:
    """The recipe's point if it is known; else ask the engine, wait a moment, and say what is awaited."""
    if known.original is None:
        data.engine().request(recipe.baseline, priority=Priority.LIVE, estimate=False)
    point = known.by_key.get(recipe.key)
    if point is not None:
        _drop_request(unless=None)
        return Live(point)
    if recipe.is_trained and begins_anew(recipe) and not _is_trained_already(recipe, known):
        _drop_request(unless=None)
        return Live(None, untrained=True, training=training.current(recipe))
    if recipe.is_trained and not begins_anew(recipe):
        before = look(recipe.untrained, known)
        return replace(before, untrained=True, training=training.current(recipe))
    request = _wait(recipe)
    best = None if request.best is None else data.on_clock(request.best, known)
    if request.point is not None:
        return Live(best)
    if request.error:
        return Live(best, error=request.error)
    state = data.engine().state
    if state.name != "ready":
        return Live(best, pending=state.message)
    if recipe.is_trained:  # its student is kept, unless it was dropped: then it is trained again
        return Live(None, pending=ON_ALL, training=request if request.progress else None)
    return Live(best, pending=ON_ALL if best else ON_FEW)


def begins_anew(recipe: Recipe) -> bool:
    """Whether nothing stands before its training: a new network, which says nothing yet."""
    return any(step.begins_anew for step in recipe.steps)


def _is_trained_already(recipe: Recipe, known: data.Known) -> bool:
    """Whether all that trains in it was trained here before, so that only the rest is to be done."""
    count = max(n for n, step in enumerate(recipe.steps, start=1) if step.is_trained)
    trained = known.by_key.get(recipe.model_copy(update={"steps": recipe.steps[:count]}).key)
    return trained is not None and trained.origin == "here"


def prefetch(recipe: Recipe, at: int) -> None:
    """Measure the slider's neighbours while the user looks: the next move is then a known point.

    What the user looks at counts as asked for, even if it was only measured ahead: once a move, when all is drawn.
    """
    if st.session_state.get("_prefetched") == recipe.key:
        return
    st.session_state["_prefetched"] = recipe.key
    data.store().asked_for({recipe.key, recipe.untrained.key})
    if not recipe.steps or recipe.is_trained:
        return
    known = data.known(recipe.model).by_key
    for neighbour in neighbours(recipe, at):
        if neighbour.key not in known:
            data.engine().request(neighbour, priority=Priority.PREFETCH)


def neighbours(recipe: Recipe, at: int) -> list[Recipe]:
    """The recipes one slider's move of one step away, none of which is trained."""
    step: Step = recipe.steps[at]
    stand = step.model_dump()
    recipes = []
    knobs = (k for k in step.knobs() if not (k.choices or k.more) and k.form and k.counts(stand))
    for knob in knobs:
        for value in _beside(knob, stand[knob.name]):
            moved = step.moved(**{knob.name: value})
            steps = (*recipe.steps[:at], moved, *recipe.steps[at + 1 :])
            recipes.append(Recipe(model=recipe.model, steps=steps, seed=recipe.seed))
    return [] if step.is_trained else recipes


def _beside(knob: Knob, value: float) -> list[float]:
    """The slider positions next to a value."""
    if knob.values:
        at = knob.values.index(value)
        return list(knob.values[max(0, at - 1) : at] + knob.values[at + 1 : at + 2])
    if knob.step is None or knob.low is None or knob.high is None:
        return []
    moved = (round(value + direction * knob.step, 6) for direction in (1, -1))
    return [number for number in moved if knob.low <= number <= knob.high]


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


def _request(recipe: Recipe) -> PointRequest:
    held: PointRequest | None = st.session_state.get("_live_request")
    if held is not None and held.key == recipe.key and not held.error:
        return held
    _drop_request(unless=recipe.key)
    request = data.engine().request(recipe, priority=Priority.LIVE)
    st.session_state["_live_request"], st.session_state["_live_since"] = request, time.monotonic()
    return request


def _wait(recipe: Recipe) -> PointRequest:
    """The session's request for a recipe, a moment later."""
    is_drawn = "_live_request" in st.session_state
    request = _request(recipe)
    if data.engine().state.name == "ready":
        request.wait(WAIT_SECONDS)
    elif is_drawn:
        request.wait(START_SECONDS)
    return request


def _drop_request(unless: str | None) -> None:
    held: PointRequest | None = st.session_state.get("_live_request")
    if held is not None and held.key != unless:
        if not held.done:
            held.cancel()
        del st.session_state["_live_request"]
