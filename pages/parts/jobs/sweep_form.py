"""The form of a sweep: which knobs vary, over which values, how many points that makes, and how long they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from compression.errors import LabError
from compression.recipe import Recipe
from compression.recipe.sweep import GRID, Sweep
from compression.techniques.step import Knob, Step
from pages.parts import data
from pages.parts.form.asked import asked
from pages.parts.form.knobs import knob_values
from pages.parts.jobs.expected import SOURCES, about, expected, source
from pages.parts.jobs.knob_values import between, chosen_ends, chosen_names
from pages.parts.jobs.search_form import chosen_sampler, search_form
from pages.parts.jobs.sweep_plan import planned, visited
from pages.parts.shell.words import duration

SWEEP_POINTS = 50
"""Most values of one knob; for a slider's whole range that is all of its positions."""

REFUSED, BEGUN = "_sweep_error", "_sweep_begun"


def sweep_buttons(model: str, technique: type[Step]) -> None:
    """The button that opens the form of a sweep, for the knobs as they stand then."""
    if st.button(
        "Sweep", icon=":material/play_arrow:", width="stretch", key="sweep",
        help="Measure many settings at once: the front fills in as points arrive.",
    ):  # fmt: skip
        _dialog(model, technique)
    if message := st.session_state.pop(REFUSED, ""):
        st.error(message, icon=":material/error:")


@st.dialog("Sweep", width="medium")
def _dialog(model: str, technique: type[Step]) -> None:
    """It closes on start."""
    sweep_form(model, technique)
    if st.session_state.pop(BEGUN, False):
        st.rerun()


def sweep_form(model: str, technique: type[Step]) -> None:
    """Knobs, values, what they come down to, and the button that starts; what can't be is explained in its place."""
    sampler = chosen_sampler()
    free = _free(technique) if sampler == GRID else {}
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(refused, icon=":material/error:")
    try:
        chain = asked(technique)
        recipe = chain.recipe(model)
        is_grid = sampler == GRID
        sweep = planned(recipe, chain.at, free) if is_grid else search_form(recipe, sampler)
        st.markdown(_said(sweep))
    except LabError as error:
        st.warning(str(error), icon=":material/block:")
        st.button("Start the sweep", key="start-sweep", type="primary", disabled=True)
        return
    st.button("Start the sweep", key="start-sweep", type="primary", on_click=_start, args=(model, sweep))  # fmt: skip


def _free(technique: type[Step]) -> dict[str, tuple[Any, ...]]:
    """The knobs that a grid varies, each with the values it visits."""
    knobs = _ranged(technique)
    names = [knob.name for knob in knobs]
    labels = {knob.name: knob.label for knob in knobs}
    chosen = st.pills(
        "Knobs to vary", names, selection_mode="multi", default=names[:1],
        format_func=lambda name: labels.get(name, name), key=f"sweep-knobs-{'-'.join(names)}",
    )  # fmt: skip
    return {knob.name: _values(technique, knob) for knob in knobs if knob.name in chosen}


def _ranged(technique: type[Step]) -> list[Knob]:
    """The knobs that have an effect where they stand: numbers first, of each kind those of the form first."""
    now = knob_values(technique)
    shown = [k for k in technique.knobs() if k.form and not k.is_text and k.name in now]
    return sorted(shown, key=lambda knob: (bool(knob.choices), knob.more))


def _values(technique: type[Step], knob: Knob) -> tuple[Any, ...]:
    """What one knob visits: of names those chosen, of numbers so many between two ends."""
    key = f"sweep-{knob.name}"
    if knob.choices:
        return chosen_names(technique, knob, key)
    low, high = chosen_ends(knob, key)
    every, inside = knob.grid(), len(between(knob, low, high))
    count = st.number_input(
        f"Values of {knob.label.lower()}", min_value=1, max_value=min(SWEEP_POINTS, len(every)),
        value=min(SWEEP_POINTS, inside), key=f"sweep-{knob.name}-count-{inside}",
        help=f"Spread evenly over the {inside} positions of its slider between the two ends.",
    )  # fmt: skip
    return visited(knob, low, high, int(count))


def _said(sweep: Sweep) -> str:
    """``20 points, about 30 s (as measured here). 5 of them are known.``"""
    recipes = sweep.recipes()
    if sweep.is_search:
        return _said_of_search(sweep, recipes)
    have = data.store().have(recipe.key for recipe in recipes)
    missing = [recipe for recipe in recipes if recipe.key not in have]
    points = f"**{len(recipes):,} point{'' if len(recipes) == 1 else 's'}**"
    if not missing:
        return f"{points}: all of them were measured here before."
    known = f" {len(have)} of them are known already." if have else ""
    time = about(missing)
    said = (
        f"{points}, **{time}** ({source(missing)})."
        if time
        else f"{points}; nothing alike was timed yet."
    )
    return said + known


def _said_of_search(sweep: Sweep, first: Sequence[Recipe]) -> str:
    """``80 points, about 1 min (as measured here)``: the later ones last as long as the first."""
    told = expected(first)
    points = f"**{len(sweep):,} points**"
    if told is None:
        return f"{points}; nothing alike was timed yet."
    time = duration(max(1.0, told.seconds * len(sweep) / len(first)))
    return f"{points}, **about {time}** ({SOURCES[told.source]})."


def _start(model: str, sweep: Sweep) -> None:
    try:
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[BEGUN] = True
    st.session_state["_sweep"] = (model, sweep.key)
    st.query_params["sweep"] = sweep.key
