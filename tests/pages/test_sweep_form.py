"""The form of a sweep: several knobs, how many points, how long, and what can't be, said in place."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from compression.engine import EngineState
from compression.errors import StoreError, UsageError
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.techniques import TECHNIQUES
from pages.parts import data
from pages.parts.jobs.sweep_plan import planned, visited

MODEL = "digits/mlp"
PRUNED = Recipe.build(MODEL, ["prune:sparsity=0.5,score=magnitude", "quantize:bits=4"])
KNOBS = {(name, knob.name): knob for name, step in TECHNIQUES.items() for knob in step.knobs()}

FORM = """
from compression.techniques import TECHNIQUES
from pages.parts.jobs.sweep_form import sweep_form

sweep_form("digits/mlp", TECHNIQUES["prune"])
"""


class Engine:
    """Starts nothing, and remembers what it was asked to start."""

    workers = 2
    state = EngineState("ready", "")

    def __init__(self) -> None:
        self.started: list[Sweep] = []

    def start_sweep(self, sweep: Sweep) -> None:
        self.started.append(sweep)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def form() -> AppTest:
    test = AppTest.from_string(FORM, default_timeout=60).run()
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    return "\n".join([*(text.value for text in test.markdown), *(w.value for w in test.warning)])


def choose(test: AppTest, *names: str) -> AppTest:
    (knobs,) = (p for p in test.get("button_group") if p.proto.label == "Knobs to vary")
    return knobs.set_value(list(names)).run()


@pytest.mark.parametrize(("count", "values"), [(3, (0.0, 0.4, 0.8)), (1, (0.0,)), (2, (0.0, 0.8))])
def test_values_are_slider_positions_with_both_ends(count: int, values: tuple[float, ...]) -> None:
    knob = KNOBS["prune", "sparsity"]
    assert visited(knob, 0.0, 0.8, count) == pytest.approx(values)
    assert set(visited(knob, 0.1, 0.5, 7)) <= set(knob.grid())


def test_two_knobs_make_a_grid_around_the_other_knobs_and_steps() -> None:
    sweep = planned(PRUNED, 0, {"sparsity": (0.2, 0.4, 0.6), "score": ("lamp", "wanda")})
    recipes = sweep.recipes()
    assert len(recipes) == len(sweep) == 6
    assert {(r.steps[0].sparsity, r.steps[0].score) for r in recipes} == {
        (s, score) for s in (0.2, 0.4, 0.6) for score in ("lamp", "wanda")
    }
    assert {recipe.steps[1] for recipe in recipes} == {PRUNED.steps[1]}


@pytest.mark.parametrize(
    ("free", "sentence"),
    [
        ({}, "Choose at least one knob to vary."),
        ({"score": ()}, "Importance has no value: choose at least one."),
        (
            {"sparsity": KNOBS["prune", "sparsity"].grid(), "images": tuple(range(1, 1001))},
            "more than 10,000: free fewer knobs",
        ),
    ],
    ids=["no knob", "no value", "too many"],
)
def test_a_sweep_that_cant_be_is_explained(
    free: dict[str, tuple[object, ...]], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        planned(PRUNED, 0, free)


def test_it_says_how_many_points_and_how_long_before_it_starts(engine: Engine) -> None:
    test = form()
    assert "**50 points**, **about " in said(test) and "bundled times" in said(test)
    choose(test, "sparsity", "score")
    assert "**100 points**" in said(test)
    test.number_input[0].set_value(3).run()
    assert "**6 points**" in said(test) and not engine.started


def test_it_starts_what_it_says_and_then_closes(engine: Engine) -> None:
    test = choose(form(), "sparsity", "score")
    test.number_input[0].set_value(3).run()
    test.button(key="start-sweep").click().run()
    assert not test.exception
    (sweep,) = engine.started
    assert len(sweep) == 6 and sweep.key in test.query_params["sweep"]
    assert test.session_state["_sweep_begun"]


def test_no_knob_is_explained_in_place_and_cant_be_started(engine: Engine) -> None:
    test = choose(form())
    assert "Choose at least one knob to vary." in said(test)
    assert test.button(key="start-sweep").disabled


def test_what_the_store_refuses_is_said_in_place_and_leaves_the_form_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Sweep) -> None:
        raise StoreError("The disk is full: free some space.")

    monkeypatch.setattr(engine, "start_sweep", refuse)
    test = form().button(key="start-sweep").click().run()
    assert [error.value for error in test.error] == ["The disk is full: free some space."]
    assert "_sweep_begun" not in test.session_state
