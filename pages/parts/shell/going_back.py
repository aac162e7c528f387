"""Ways back to a recipe of before: undo, reset, a click on its point."""

from __future__ import annotations

import streamlit as st

from compression.errors import LabError
from compression.recipe import Recipe
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form.knobs import reset, set_knobs
from pages.parts.form.then_also import can_follow, set_then
from pages.parts.jobs import live
from pages.techniques.face import Face


def hand_buttons(technique: type[Step]) -> None:
    undo, default = st.columns(2)
    undo.button(
        "Undo", key="undo", icon=":material/undo:", width="stretch",
        on_click=_undo, help="Go back to the knobs before the last move.",
    )  # fmt: skip
    default.button(
        "Reset", key="reset", icon=":material/restart_alt:", width="stretch",
        on_click=reset, args=(technique,), help="Set every knob to its default.",
    )  # fmt: skip


def restore(key: str, model: str, face: Face) -> bool:
    """A clicked point gives its knobs back; False if it is no point that this page can ask for."""
    try:
        point = data.known(model).by_key.get(key)
    except LabError:
        return False
    if point is None or not can_ask(face, point.recipe):
        return False
    _set(point.recipe)
    return True


def can_ask(face: Face, recipe: Recipe) -> bool:
    """Whether the face's page can ask for just this recipe: its own technique, then what may follow, with seed 0."""
    if not recipe.steps or recipe.seed:
        return False
    first, *others = recipe.steps
    return first.technique == face.name and can_follow(face, others)


def _undo() -> None:
    before = live.step_back()
    if before is not None and before.steps:
        _set(before)


def _set(recipe: Recipe) -> None:
    """Put the whole form where it asks for this recipe."""
    first, *others = recipe.steps
    set_knobs(first.model_dump())
    set_then(FACES[first.technique], others)
