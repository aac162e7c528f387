"""A search's page and panel: what they say of a made-up search, and that it can be paused, gone on with and changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.engine import SweepProgress
from compression.engine.history import at_random
from compression.errors import UsageError
from compression.point.goals import goal_of
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from compression.store.trials import Trial
from pages.parts import data
from pages.parts.panels.search.changing import changed_search
from pages.parts.panels.search.finalists import tuned
from pages.parts.panels.search.replay import drawing
from pages.parts.panels.search.story import Story, story_of
from pages.parts.panels.search.verdict import against_random, guess
from tests.contracts.test_panels import Engine as Questions
from tests.contracts.test_panels import unanswered
from tests.measured import a_measured
from tests.opened import in_app

MODEL, STEP = "digits/mlp", "quantize:bits=2..8,group=0|16|32"
SWEEP = Sweep.parse(
    MODEL, [STEP], points=14, sampler="tpe", goal=goal_of(MODEL, (), {"size_bytes": 6000})
)


class Run:
    """A search that this test says the state of."""

    def __init__(self, sweep: Sweep, state: str) -> None:
        self.sweep = sweep
        self.progress = SweepProgress(sweep.key, state, 14, 1, len(sweep))

    def cancel(self) -> None:
        Store.open().ledger.cancel(self.sweep.key)


class Engine(Questions):
    """Starts nothing, and answers no question; knows one search."""

    def __init__(self) -> None:
        super().__init__(unanswered)
        self.state = "finished"
        self.started: list[Sweep] = []

    def sweep(self, key: str = "") -> Any:
        return Run(SWEEP, self.state) if key == SWEEP.key else None

    def start_sweep(self, sweep: Sweep) -> None:
        self.started.append(sweep)

    def hurry(self) -> None:
        pass

    def warm(self, model: str) -> None:
        pass


def a_point(recipe: Recipe) -> Any:
    step = recipe.steps[0]
    extra = 50 * bool(step.group)
    figures = {
        "accuracy_validation": 1 - 2.0**-step.bits + extra / 1e4, "accuracy": 0.99 - 2.0**-step.bits,
        "size_bytes": 1000 * step.bits + extra, "parameters": 2000 + step.bits, "macs": 4000,
        "latency_ms": 0.1, "energy_mj": 0.5,
    }  # fmt: skip
    point = a_measured(f"quantize:bits={step.bits},group={step.group}", spread=0.001, **figures)
    return point.model_copy(update={"cpu_seconds": 1.5})


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    store, engine = Store(f"sqlite:///{tmp_path / 'lab.db'}"), Engine()
    monkeypatch.setattr(data, "store", lambda: store)
    monkeypatch.setattr(data, "engine", lambda: engine)
    monkeypatch.setattr(Store, "open", lambda: store)
    recipes = Sweep.parse(MODEL, [STEP], points=14, seed=5, sampler="random").recipes()
    asked = [recipe.model_copy(update={"seed": 0}) for recipe in recipes]
    store.trials.write(SWEEP.key, [Trial(n, n // 4, recipe) for n, recipe in enumerate(asked)])
    store.trials.write(SWEEP.key, [Trial(13, 3, asked[13], error="The numbers ran out.")])
    store.add_all([a_point(recipe) for recipe in asked[:13]])
    store.ledger.add(
        SweepRecord(SWEEP.key, MODEL, SWEEP.model_dump_json(), "finished", 14, 13, 1, owner="test")
    )
    yield engine
    data._known.clear()
    data._background.clear()


def a_story() -> Story:
    story = story_of(data.store().sweep(SWEEP.key), SWEEP)
    assert story is not None
    return story


def said(test: AppTest) -> str:
    texts = [*test.markdown, *test.caption, *test.info, *test.warning]
    return "\n".join(
        [*(text.value for text in texts), *(e.proto.label for e in test.get("expander"))]
    )


def test_the_page_says_what_a_search_found_cost_and_failed_in(engine: Engine) -> None:
    test = in_app("search", sweep=SWEEP.key)
    assert not test.exception and [title.value for title in test.title] == ["Search"]
    words = said(test)
    assert "13 evaluations, " in words and "modelled" in words
    assert "1 could not be measured" in words
    assert "on the front, chosen on validation examples alone. On the test set" in words
    assert "would say the same of all" in words  # rounding changes no architecture
    assert {"change-search", "measure-random", "tune-finalists"} <= {b.key for b in test.button}


def test_without_its_key_or_with_a_strange_one_it_leads_to_the_runs(engine: Engine) -> None:
    for asked in ({}, {"sweep": "0000000000000000"}):
        assert "There is no such search" in said(in_app("search", **asked))


def test_a_running_search_is_paused_and_a_paused_one_gone_on_with(engine: Engine) -> None:
    ledger = data.store().ledger
    ledger.take(data.store().sweep(SWEEP.key), "test")
    engine.state = "running"
    test = in_app("search", sweep=SWEEP.key)
    test.button(key="pause-search").click().run()
    assert data.store().sweep(SWEEP.key).state == "cancelled"
    engine.state = "cancelled"
    test = in_app("search", sweep=SWEEP.key)
    test.button(key="resume-search").click().run()
    assert [sweep.key for sweep in engine.started] == [SWEEP.key]


def test_random_search_is_measured_at_a_click(engine: Engine) -> None:
    in_app("search", sweep=SWEEP.key).button(key="measure-random").click().run()
    assert [sweep.key for sweep in engine.started] == [at_random(SWEEP).key]


def test_a_changed_search_has_pins_and_bans_and_begins_with_what_is_known(engine: Engine) -> None:
    values = {(0, "bits"): [2, 3, 4], (0, "group"): [16]}
    changed = changed_search(a_story(), values, {"size_bytes": 3500}, 3)
    bits, *others = changed.axes.all
    assert (bits.values, others) == ((2, 3, 4), [])
    assert changed.warm and changed.goal.limits[0].bound == 3500 and changed.sampler == "tpe"
    assert changed.holds(Recipe.build(MODEL, ["quantize:bits=3,group=16"]))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({(0, "bits"): [], (0, "group"): [16]}, "Bits has no value"),
        ({(0, "bits"): [3], (0, "group"): [16]}, "one network left"),
        ({(0, "bits"): [2, 3], (0, "group"): [16]}, "3 recipes can't be searched among 2"),
    ],
)
def test_a_ban_of_everything_and_too_small_a_rest_are_refused_in_a_sentence(
    engine: Engine, values: dict[tuple[int, str], list[int]], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        changed_search(a_story(), values, {}, 3)


def test_the_picture_knows_states_limits_and_ones_own_network(engine: Engine) -> None:
    own = a_point(Recipe.build(MODEL, ["quantize:bits=8"]))
    told = drawing(a_story(), own)
    states = [each["state"] for each in told["evaluations"]]
    assert states[-1] == "failed" and set(states) == {"ok", "over", "failed"}
    assert all(
        ("size at most 6 kB" in e["broken"]) == (e["state"] == "over") for e in told["evaluations"]
    )
    assert told["limits"] == [{"objective": 1, "value": 6.0}]
    assert told["own"]["values"][1] == pytest.approx(8.0)
    assert [curve["kind"] for curve in told["curves"]][0] == "this"
    assert "breaks a limit" in guess(a_story(), own, pending=False)


def test_random_is_spoken_of_once_it_is_measured_and_also_where_it_wins(engine: Engine) -> None:
    data.store().add_all([a_point(recipe) for recipe in at_random(SWEEP).recipes()])
    words = against_random(a_story())
    assert (
        "random search" in words
        and "after 14 evaluations each" in words
        and "One run each" in words
    )


def test_a_finalist_is_fine_tuned_before_it_is_rounded_and_a_trained_one_not_at_all() -> None:
    longer = tuned(Recipe.build(MODEL, ["prune:sparsity=0.5", "quantize:bits=4"]))
    assert [step.technique for step in longer.steps] == ["prune", "distill", "quantize"]
    assert tuned(Recipe.build(MODEL, ["distill"])) is None
