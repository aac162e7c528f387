"""Searches on workers: Optuna stays out of this process, kills lose nothing, failures are counted, two don't clash."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compression.engine import Engine
from compression.point.goals import goal_of
from compression.recipe.sweep import Sweep
from compression.store import Store
from tests.engine.conftest import Lab, until
from tests.measured import MODEL

SPACE = "quantize:bits=2..8,group=..,method=nearest|mse|hqq"


def a_search(seed: int, points: int = 16, step: str = SPACE, **options: object) -> Sweep:
    goal = goal_of(MODEL, (), options.pop("limits", {}))
    asked = {"sampler": "tpe", "goal": goal, **options}
    return Sweep.parse(MODEL, [step], points=points, seed=seed, **asked)


def keys(run: object) -> list[str]:
    return [recipe.key for recipe in run.recipes]


def test_a_search_is_carried_out_without_optuna_in_the_process_that_asks(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_search(1)
    monkeypatch.setitem(sys.modules, "optuna", None)  # importing it fails
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.wait(0.2).finished)
    assert (run.progress.state, run.progress.done, run.progress.message) == ("finished", 16, "")
    assert len(set(keys(run))) == 16


def test_a_search_stopped_in_the_middle_goes_on_elsewhere_with_no_trial_twice(
    tmp_path: Path, lab: Lab
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'lab.db'}")
    first = Engine(store, module="fake_tasks", workers=1)
    lab.forget()
    run = first.start_sweep(a_search(2, points=30))
    assert until(lambda: run.wait(0.05).done >= 12)
    first.close()
    run.join(10)
    assert not run.progress.finished
    with Engine(store, module="fake_tasks", workers=1) as second:
        resumed = second.start_sweep(a_search(2, points=30))
        assert until(lambda: resumed.wait(0.2).finished)
    measured = [key for _, key, _ in lab.begun("full")]
    assert resumed.progress.done == 30
    assert sorted(store.have(keys(resumed))) == sorted(set(measured)) == sorted(keys(resumed))
    assert len(measured) <= 31  # one may have been under way when the first engine was closed
    whole = lab.engine.start_sweep(a_search(2, points=30))
    assert until(lambda: whole.wait(0.2).finished)
    assert keys(whole) == keys(resumed)


def test_what_a_search_asked_for_is_told_to_whoever_watches_it(lab: Lab) -> None:
    run = lab.engine.start_sweep(a_search(3))
    assert until(lambda: run.wait(0.2).finished)
    watching = Engine(lab.store, module="fake_tasks")
    watched = watching.sweep(run.sweep.key)
    assert keys(watched) == keys(run)


def test_recipes_that_fail_are_counted_and_asked_for_once(lab: Lab) -> None:
    step = "quantize:bits=2|3|4|5|6|8,group=0|16|32,scales=free|power-of-two"
    lab.forget()
    run = lab.engine.start_sweep(a_search(4, points=24, step=step))
    assert until(lambda: run.wait(0.2).finished)
    now = run.progress
    assert (now.state, now.done + now.failed) == ("finished", 24)
    assert now.failed > 0
    assert f"{now.failed} of 24 could not be measured" in now.message
    begun = [key for _, key, _ in lab.begun("full")]
    assert sorted(begun) == sorted(keys(run))


def test_two_searches_of_one_model_run_at_once_and_share_what_they_measure(lab: Lab) -> None:
    lab.forget()
    one = lab.engine.start_sweep(a_search(5))
    other = lab.engine.start_sweep(a_search(5, sampler="nsga2"))
    same = lab.engine.start_sweep(a_search(5))
    assert same is one
    assert until(lambda: one.wait(0.1).finished and other.wait(0.1).finished)
    assert (one.progress.done, other.progress.done) == (16, 16)
    begun = [key for _, key, _ in lab.begun("full")]
    assert len(begun) == len(set(begun)) == len({*keys(one), *keys(other)})


def test_limits_that_nothing_keeps_are_spoken_of_at_the_end(lab: Lab) -> None:
    run = lab.engine.start_sweep(a_search(6, limits={"size_bytes": 1000}))
    assert until(lambda: run.wait(0.2).finished)
    assert run.progress.state == "finished"
    assert run.progress.message.startswith("No point has size at most 1 kB. The closest is 2 bits")


def test_a_warm_search_begins_with_the_points_there_are_and_keeps_to_them(lab: Lab) -> None:
    grid = Sweep.parse(MODEL, ["quantize:bits=2..8,group=0|16,method=nearest"], seed=7)
    known = lab.engine.start_sweep(grid)
    assert until(lambda: known.wait(0.2).finished)
    run = lab.engine.start_sweep(a_search(7, points=6, warm=True))
    assert until(lambda: run.wait(0.2).finished)
    assert set(run.sweep.known) >= {recipe.key for recipe in grid.recipes()}
    assert not set(run.sweep.known) & set(keys(run))
    again = lab.engine.start_sweep(a_search(7, points=6, warm=True))
    assert until(lambda: again.wait(0.2).finished)
    assert (again.sweep.known, keys(again)) == (run.sweep.known, keys(run))


def test_a_search_among_known_points_says_how_many_recipes_were_left(lab: Lab) -> None:
    space = "quantize:bits=2..5,method=nearest"
    known = lab.engine.start_sweep(
        Sweep.parse(MODEL, ["quantize:bits=2..4,method=nearest"], seed=8)
    )
    assert until(lambda: known.wait(0.2).finished)
    run = lab.engine.start_sweep(a_search(8, points=3, step=space, warm=True))
    assert until(lambda: run.wait(0.2).finished)
    assert (len(run.sweep.known), len(run.recipes)) == (3, 1)
    said = "Besides the 3 known before there is only 1 recipe whose knobs go together."
    assert run.progress.message == said
