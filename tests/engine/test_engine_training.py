"""Long tasks: how far a training is reaches who waits, it stops for them, and holds nobody else up."""

from __future__ import annotations

import time

import pytest

from compression.engine import Priority
from compression.engine.backlog import Backlog
from compression.engine.jobs import Task
from compression.engine.point_job import PointJob
from compression.engine.point_writer import PointWriter
from compression.errors import EngineError, UsageError
from compression.recipe import Recipe
from tests.engine.conftest import Lab, until
from tests.measured import MODEL, a_recipe

LONG = 1500
"""Updates of a training that would take half a minute."""


def trained(steps: int) -> Recipe:
    return Recipe.build(MODEL, ["quantize:bits=2,method=qat"], seed=steps)


def stopped(lab: Lab, recipe: Recipe) -> bool:
    return recipe.key in [key for _, key, _ in lab.begun("stopped")]


@pytest.fixture(autouse=True)
def warm(lab: Lab) -> None:
    lab.engine.request(a_recipe(1)).result(60)


def test_a_trainings_progress_reaches_the_request_and_then_the_point(lab: Lab) -> None:
    request = lab.engine.request(trained(20))
    assert request.wait(30)
    assert request.result(30).stage == "full"
    steps = [progress.step for progress in request.progress]
    assert steps == list(range(1, 21))
    last = request.progress[-1]
    assert (last.steps, last.fraction, last.validation, last.loss) == (20, 1.0, 0.5, 1 / 20)


def test_a_training_has_no_estimate(lab: Lab) -> None:
    request = lab.engine.request(trained(5))
    request.result(30)
    assert request.estimate is None
    assert [stage for stage, key, _ in lab.begun() if key == request.key] == ["full"]


def test_nothing_is_trained_ahead(lab: Lab) -> None:
    request = lab.engine.request(trained(6), priority=Priority.PREFETCH)
    assert request.done
    assert request.error
    assert "is trained" in request.error
    with pytest.raises(UsageError, match="is trained"):
        lab.engine.screen([trained(6)])


def test_a_cancelled_training_stops_within_a_second_and_gives_no_point(lab: Lab) -> None:
    recipe = trained(LONG)
    request = lab.engine.request(recipe)
    assert until(lambda: request.progress)
    request.cancel()
    assert until(lambda: stopped(lab, recipe), 1.0)
    assert request.done
    assert request.point is None
    with pytest.raises(EngineError, match="cancelled"):
        request.result(0)
    assert lab.store.get(recipe.key) is None


def test_a_training_goes_on_while_somebody_else_waits(lab: Lab) -> None:
    recipe = trained(60)
    first, second = lab.engine.request(recipe), lab.engine.request(recipe)
    assert until(lambda: first.progress)
    first.cancel()
    assert second.result(30).stage == "full"
    assert not stopped(lab, recipe)
    assert len(second.progress) > len(first.progress)


def test_who_joins_later_gets_the_whole_curve(lab: Lab) -> None:
    recipe = trained(LONG + 1)
    first = lab.engine.request(recipe)
    assert until(lambda: len(first.progress) >= 10)
    second = lab.engine.request(recipe)
    assert second.progress[0].step == 1
    assert len(second.progress) >= 10
    first.cancel()
    second.cancel()


def test_a_training_asked_again_right_after_its_cancel_is_done(lab: Lab) -> None:
    recipe = trained(70)
    for _ in range(3):
        request = lab.engine.request(recipe)
        assert until(lambda request=request: request.progress)
        request.cancel()
    assert lab.engine.request(recipe).result(60).stage == "full"


def test_live_requests_are_answered_while_trainings_run_and_wait(lab: Lab) -> None:
    recipes = [trained(LONG + 10 + n) for n in range(3)]
    requests = [lab.engine.request(recipe) for recipe in recipes]
    assert until(lambda: requests[0].progress)
    began = time.monotonic()
    for seed in range(100, 110):
        request = lab.engine.request(a_recipe(seed))
        assert request.wait(5)
        assert request.result(5).stage == "full"
    assert time.monotonic() - began < 5
    assert [bool(request.progress) for request in requests] == [True, False, False]
    for request in reversed(requests):
        request.cancel()
    assert until(lambda: stopped(lab, recipes[0]), 2)
    time.sleep(0.2)
    assert not any(key == recipe.key for recipe in recipes[1:] for _, key, _ in lab.begun())


def test_a_sweep_of_trainings_is_measured_while_a_slider_moves(lab: Lab) -> None:
    requests = [lab.engine.request(trained(30 + n), priority=Priority.SWEEP) for n in range(3)]
    assert lab.engine.request(a_recipe(200)).result(10).stage == "full"
    assert [request.result(60).stage for request in requests] == ["full"] * 3


def a_task(priority: Priority, *, is_trained: bool) -> Task:
    recipe = trained(9) if is_trained else a_recipe(9)
    return Task(
        PointJob(recipe, PointWriter()),
        "estimate" if priority == Priority.ESTIMATE else "full",
        priority,
    )


@pytest.mark.parametrize(("workers", "room"), [(1, 1), (2, 1), (4, 3)])
def test_trainings_leave_one_worker_to_the_others(workers: int, room: int) -> None:
    backlog = Backlog()
    backlog.push(a_task(Priority.LIVE, is_trained=True))
    running = [a_task(Priority.SWEEP, is_trained=True) for _ in range(room)]
    assert backlog.pop(running, workers) is None
    assert backlog.pop(running[1:], workers) is not None


def test_a_training_that_waits_lets_others_pass() -> None:
    backlog = Backlog()
    tasks = [a_task(Priority.LIVE, is_trained=True), a_task(Priority.LIVE, is_trained=False)]
    for task in tasks:
        backlog.push(task)
    running = [a_task(Priority.LIVE, is_trained=True)]
    assert backlog.pop(running, 2) is tasks[1]
    assert backlog.pop(running, 2) is None
    assert backlog.pop([], 2) is tasks[0]


def test_in_equal_rank_who_came_first_goes_first() -> None:
    backlog = Backlog()
    tasks = [a_task(Priority.LIVE, is_trained=flag) for flag in (True, False)]
    for task in tasks:
        backlog.push(task)
    assert [backlog.pop([], 2), backlog.pop([], 2)] == tasks
