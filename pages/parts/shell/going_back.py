"""Ways to a recipe of before: undo, reset, a click on its point."""

from __future__ import annotations

import streamlit as st

from compression.errors import LabError
from compression.recipe import Recipe
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.form.asked import ask_for, asked
from pages.parts.form.chain import Chain
from pages.parts.form.knobs import reset
from pages.parts.jobs import live
from pages.parts.shell.reaching import can_ask


def hand_buttons(page: type[Step], technique: type[Step]) -> None:
    """For a page, and for the step in its form."""
    undo, default = st.columns(2)
    undo.button(
        "Undo", key="undo", icon=":material/undo:", width="stretch",
        on_click=_undo, args=(page,), help="Go back to the recipe before the last move.",
    )  # fmt: skip
    default.button(
        "Reset", key="reset", icon=":material/restart_alt:", width="stretch",
        on_click=reset, args=(technique,), help="Set every knob of this step to its default.",
    )  # fmt: skip


def restore(key: str, model: str, page: type[Step]) -> bool:
    """A clicked point gives its whole recipe back; False if no chain of steps can ask for it."""
    try:
        point = data.known(model).by_key.get(key)
    except LabError:
        return False
    if point is None or not can_ask(point.recipe):
        return False
    open_recipe(point.recipe, page)
    return True


def open_recipe(recipe: Recipe, page: type[Step]) -> None:
    """Put the whole form where it asks for this recipe; the step that it shows stays one of its technique."""
    before = asked(page)
    chain = Chain.of(recipe, before.selected.technique)
    if chain.techniques == before.techniques:
        chain = chain.select(before.at)
    ask_for(chain)


def _undo(page: type[Step]) -> None:
    before = live.step_back()
    if before is not None and before.steps:
        open_recipe(before, page)
