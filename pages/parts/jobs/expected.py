"""How long what a button starts will take, in words."""

from __future__ import annotations

import os
from collections.abc import Sequence

import streamlit as st

from compression.errors import StoreError
from compression.point.expected_time import Expected, Paces
from compression.recipe import Recipe
from compression.store.training_times import training_seconds
from pages.parts import data
from pages.parts.shell.words import duration

SOURCES = {"here": "as measured here", "bundled": "from bundled times, so a first guess here"}
"""Where an expected time comes from."""

KEPT = "_paces"


def expected(recipes: Sequence[Recipe]) -> Expected | None:
    """Of those recipes, which are of one model, on all workers of this machine; None if it can't be told."""
    if not recipes:
        return None
    return _paces(recipes[0].model).of_all(recipes, data.engine().workers or os.cpu_count() or 1)


def about(recipes: Sequence[Recipe]) -> str:
    """``about 40 s``; empty if it can't be told."""
    told = expected(recipes)
    return "" if told is None else f"about {duration(max(1.0, told.seconds))}"


def source(recipes: Sequence[Recipe]) -> str:
    """Where the time that ``about`` says comes from."""
    told = expected(recipes)
    return "" if told is None else SOURCES[told.source]


def labelled(label: str, recipes: Sequence[Recipe]) -> str:
    """A button's label with the time that is to be expected: ``Train this setting (about 40 s)``."""
    time = about(recipes)
    if not time:
        return label
    return f"{label[:-1]}, {time})" if label.endswith(")") else f"{label} ({time})"


def help_on(recipes: Sequence[Recipe]) -> str:
    """Where the time on the button comes from, as the end of its help."""
    told = source(recipes)
    return f" The time is {told}." if told else " Nothing alike was timed yet."


def _paces(model: str) -> Paces:
    """Worked out again only when there are new points."""
    try:
        known = data.known(model)
    except StoreError:
        known = data.bundled_only(model)
    moment, held = (model, known.version), st.session_state.get(KEPT)
    if held is None or held[0] != moment:
        held = st.session_state[KEPT] = (moment, Paces(known.points, training_seconds(model)))
    paces: Paces = held[1]
    return paces
