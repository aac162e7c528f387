"""While the user looks, the points one move away are measured: the slider's next position is then known."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.engine import PointRequest, Priority
from compression.recipe import Recipe
from compression.store import Store
from compression.techniques import TECHNIQUES
from pages.parts import data
from pages.parts.jobs import live
from pages.parts.jobs.live import neighbours
from tests.measured import a_measured, a_point

MODEL = "digits/cnn"
SCRIPT = """
from compression.recipe import Recipe
from pages.parts.jobs import live

recipe = Recipe.build("digits/cnn", ["prune:sparsity=0.9", "quantize:bits=5,method=hqq"])
live.prefetch(recipe, 1)
"""
MEANWHILE = """
import streamlit as st
from compression.recipe import Recipe
from pages.parts.jobs import live

st.session_state["meanwhile"] = live.meanwhile(Recipe.build("digits/cnn", [st.session_state["step"]]))
"""


def beside(*steps: str, at: int = 0) -> list[str]:
    """The neighbours of a recipe, in words."""
    return [near.describe() for near in neighbours(Recipe.build(MODEL, steps), at)]


def described(*steps: str) -> str:
    return Recipe.build(MODEL, steps).describe()


@pytest.mark.parametrize(
    ("step", "near"),
    [
        ("quantize:bits=4", ["quantize:bits=3", "quantize:bits=5"]),
        ("quantize:bits=1.58", ["quantize:bits=1", "quantize:bits=2"]),
        ("prune:sparsity=0.5", ["prune:sparsity=0.52", "prune:sparsity=0.48"]),
        ("prune:sparsity=0", ["prune:sparsity=0.02"]),
        ("prune-channels:ratio=0.5", ["prune-channels:ratio=0.55", "prune-channels:ratio=0.45"]),
    ],
)
def test_the_slider_positions_beside_the_current_one_are_neighbours(
    step: str, near: list[str]
) -> None:
    assert set(beside(step)) >= {described(other) for other in near}


def test_only_the_step_in_the_form_moves() -> None:
    steps = ("prune:sparsity=0.9", "quantize:bits=4")
    last, first = beside(*steps, at=1), beside(*steps, at=0)
    assert described("prune:sparsity=0.9", "quantize:bits=3") in last
    assert all(described("prune:sparsity=0.9") in words for words in last)
    assert described("prune:sparsity=0.88", "quantize:bits=4") in first
    assert all(described("quantize:bits=4") in words for words in first)


@pytest.mark.parametrize("name", TECHNIQUES)
def test_whatever_moves_without_training_has_neighbours(name: str) -> None:
    step = TECHNIQUES[name]()
    near = neighbours(Recipe(model=MODEL, steps=(step,)), 0)
    assert bool(near) != step.is_trained
    assert not any(recipe.is_trained for recipe in near)


def test_unknown_neighbours_are_measured_ahead_and_known_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, int]] = []

    class Engine:
        def request(self, recipe: Recipe, *, priority: int, **_: Any) -> None:
            asked.append((recipe.describe(), priority))

    monkeypatch.setattr(data, "engine", Engine)
    known, unknown = (("prune:sparsity=0.9", f"quantize:bits={bits},method=hqq") for bits in (4, 6))
    Store.open().add(a_point().model_copy(update={"recipe": Recipe.build(MODEL, known)}))
    test = AppTest.from_string(SCRIPT, default_timeout=60).run()
    assert not test.exception
    assert (described(*unknown), Priority.PREFETCH) in asked
    assert described(*known) not in dict(asked)

    asked.clear()
    test.run()
    assert asked == []


def test_a_point_measured_ahead_counts_as_asked_for_once_somebody_looks_at_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Engine:
        def request(self, recipe: Recipe, **_: Any) -> None: ...

    monkeypatch.setattr(data, "engine", Engine)
    steps = ("prune:sparsity=0.9", "quantize:bits=5,method=hqq")
    recipe, store = Recipe.build(MODEL, steps), Store.open()
    store.add_all([a_point().model_copy(update={"recipe": recipe})], {recipe.key})
    assert recipe.key not in [point.key for point in store.recent(9999)]
    assert not AppTest.from_string(SCRIPT, default_timeout=60).run().exception
    assert recipe.key in [point.key for point in store.recent(9999)]


def looking_at(step: str) -> AppTest:
    test = AppTest.from_string(MEANWHILE, default_timeout=60)
    test.session_state["step"] = step
    test.run()
    assert not test.exception
    return test


def test_a_point_to_be_measured_is_asked_for_before_newer_points_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = Recipe.build(MODEL, ["prune:sparsity=0.37"])
    request = PointRequest(recipe)
    asked: list[str] = []

    class Engine:
        def request(self, recipe: Recipe, **_: Any) -> PointRequest:
            asked.append(recipe.key)
            return request

    monkeypatch.setattr(data, "engine", Engine)
    before = data.known(MODEL)
    Store.open().add(a_point(seed=370, model=MODEL))
    monkeypatch.setattr(live, "MOMENT_SECONDS", 3600.0)
    test = looking_at("prune:sparsity=0.37")
    assert test.session_state["meanwhile"] is before
    assert asked == [recipe.key]

    monkeypatch.setattr(live, "MOMENT_SECONDS", 0.0)
    assert test.run().session_state["meanwhile"] is None, "the moment is over"
    monkeypatch.setattr(live, "MOMENT_SECONDS", 3600.0)
    request.tell_value(a_point(model=MODEL))
    assert test.run().session_state["meanwhile"] is None, "its point is there"
    assert asked == [recipe.key]


def test_a_known_point_asks_for_nothing_and_shows_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data, "engine", None)
    Store.open().add(a_measured("prune:sparsity=0.39", model=MODEL, accuracy=0.9))
    data.known(MODEL)
    assert looking_at("prune:sparsity=0.39").session_state["meanwhile"] is None
