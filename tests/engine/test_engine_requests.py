"""Asking one recipe: an estimate, then the point; shared, cancelled, failed."""

from __future__ import annotations

import threading
import time

import pytest

from compression.engine import Engine, Priority
from compression.engine.screening import Glance
from compression.errors import EngineError
from tests.engine.conftest import Lab, until
from tests.engine.fake_tasks import DIES, DIES_ONCE, FAILS, SLOW
from tests.measured import MODEL, a_point, a_recipe


def test_a_live_request_gets_an_estimate_and_then_the_point(lab: Lab) -> None:
    request = lab.engine.request(a_recipe(1))
    assert request.wait(60)
    assert request.best is not None
    point = request.result(30)
    assert point.stage == "full"
    assert [stage for stage, key, _ in lab.begun() if key == request.key] == ["estimate", "full"]
    assert until(lambda: lab.engine.state.name == "ready")


def test_a_finished_point_is_in_the_store_before_it_is_shown(lab: Lab) -> None:
    seen: list[bool] = []
    request = lab.engine.request(
        a_recipe(2), on_done=lambda t: seen.append(lab.store.get(t.key) is not None)
    )
    request.result(30)
    assert until(lambda: seen == [True])


def test_a_stored_point_is_not_measured_again(lab: Lab) -> None:
    lab.store.add(a_point(3))
    request = lab.engine.request(a_recipe(3))
    assert request.done
    assert request.point == a_point(3).model_copy(update={"created": request.point.created})
    assert a_recipe(3).key not in [key for _, key, _ in lab.begun()]


def test_many_who_ask_the_same_share_one_measurement(lab: Lab) -> None:
    requests = [lab.engine.request(a_recipe(4)) for _ in range(20)]
    points = {id(request.result(30)) for request in requests}
    assert len(points) == 1
    assert [stage for stage, key, _ in lab.begun() if key == a_recipe(4).key].count("full") == 1


def test_sweeps_and_prefetches_get_no_estimate(lab: Lab) -> None:
    for seed, priority in ((5, Priority.SWEEP), (6, Priority.PREFETCH)):
        lab.engine.request(a_recipe(seed), priority=priority).result(30)
        stages = [stage for stage, key, _ in lab.begun() if key == a_recipe(seed).key]
        assert stages == ["full"]


def test_a_live_request_passes_five_hundred_queued_ones(lab: Lab) -> None:
    queued = [lab.engine.request(a_recipe(1000 + n), priority=Priority.SWEEP) for n in range(500)]
    before = sum(request.done for request in queued)
    lab.engine.request(a_recipe(7)).result(30)
    passed = sum(not request.done for request in queued)
    for request in queued:
        request.cancel()
    assert before < 250
    assert passed > 500 - before - 20


def test_a_queued_recipe_is_raised_when_somebody_looks_at_it(lab: Lab) -> None:
    queued = [lab.engine.request(a_recipe(2000 + n), priority=Priority.SWEEP) for n in range(100)]
    before = sum(request.done for request in queued)
    lab.engine.request(a_recipe(2099), priority=Priority.LIVE).result(30)
    passed = sum(not request.done for request in queued)
    for request in queued:
        request.cancel()
    assert queued[99].point is not None
    assert passed > 100 - before - 20


def test_cancelling_one_request_does_not_hurt_the_other(lab: Lab) -> None:
    first, second = lab.engine.request(a_recipe(8)), lab.engine.request(a_recipe(8))
    first.cancel()
    assert first.done
    assert second.result(30).stage == "full"
    with pytest.raises(EngineError, match="cancelled"):
        first.result(0)


def test_a_cancelled_recipe_that_waits_is_never_measured(lab: Lab) -> None:
    blockers = [lab.engine.request(a_recipe(SLOW), priority=Priority.SWEEP)]
    blockers += [lab.engine.request(a_recipe(3000 + n), priority=Priority.SWEEP) for n in range(20)]
    stale = lab.engine.request(a_recipe(9), priority=Priority.PREFETCH)
    stale.cancel()
    for request in blockers:
        request.result(60)
    assert a_recipe(9).key not in [key for _, key, _ in lab.begun()]


def test_an_error_in_a_task_is_one_sentence(lab: Lab) -> None:
    request = lab.engine.request(a_recipe(FAILS))
    with pytest.raises(EngineError) as error:
        request.result(30)
    assert request.error == str(error.value)
    assert "the numbers ran out" in request.error
    assert "\n" not in request.error


def test_a_task_whose_worker_is_killed_runs_on_another(lab: Lab) -> None:
    assert lab.engine.request(a_recipe(DIES_ONCE)).result(60).stage == "full"


def test_a_task_that_kills_three_workers_is_given_up_and_the_rest_goes_on(lab: Lab) -> None:
    deadly = lab.engine.request(a_recipe(DIES), estimate=False)
    others = [lab.engine.request(a_recipe(4000 + n), priority=Priority.SWEEP) for n in range(10)]
    with pytest.raises(EngineError, match="ended three times"):
        deadly.result(120)
    assert [other.result(60).stage for other in others] == ["full"] * 10
    assert len([1 for _, key, _ in lab.begun() if key == a_recipe(DIES).key]) == 3


def test_a_screening_gives_accuracies_in_order(lab: Lab) -> None:
    recipes = [a_recipe(seed) for seed in (7, 3, 900, 4, 5, 6, 8, 1)]
    assert lab.engine.screen(recipes, examples=300) == [r.seed / 1000 for r in recipes]
    assert len(lab.begun("screen-300")) == 2


def test_a_glance_tells_each_recipes_figures_in_order(lab: Lab) -> None:
    recipes = [a_recipe(seed) for seed in range(7)]
    assert lab.engine.glance(recipes, examples=50) == [Glance(s / 1000, s, 50) for s in range(7)]


def test_a_screening_that_fails_says_so_and_measures_no_more(lab: Lab) -> None:
    recipes = [a_recipe(FAILS), *(a_recipe(seed) for seed in range(200))]
    with pytest.raises(EngineError, match="The screening could not be done .*ran out"):
        lab.engine.screen(recipes, examples=400)
    lab.engine.request(a_recipe(11)).result(30)
    assert len(lab.begun("screen-400")) < 15


def test_waiting_without_news_returns_in_time(lab: Lab) -> None:
    request = lab.engine.request(a_recipe(10), priority=Priority.PREFETCH)
    request.cancel()
    began = time.monotonic()
    assert not request.wait(0.05)
    assert time.monotonic() - began < 1


def test_a_late_result_says_so(lab: Lab) -> None:
    lab.store.add(a_point(SLOW, stage="estimate"))
    slow = a_recipe(SLOW, model="fashion-mnist/resnet8")
    with pytest.raises(EngineError, match="took longer than"):
        lab.engine.request(slow, estimate=False).result(0.01)


def test_each_worker_warms_up_once(lab: Lab) -> None:
    lab.engine.warm(MODEL)
    lab.engine.warm(MODEL)
    assert until(lambda: len(lab.begun("warm")) == 2)
    time.sleep(0.2)
    assert len({pid for _, _, pid in lab.begun("warm")}) == 2


def test_threads_may_ask_at_once(lab: Lab) -> None:
    keys: list[str] = []

    def ask(seed: int) -> None:
        keys.append(lab.engine.request(a_recipe(seed)).result(60).key)

    threads = [threading.Thread(target=ask, args=(5000 + n % 10,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(keys), len(set(keys))) == (40, 10)


def test_an_engine_told_to_wait_starts_later_or_as_soon_as_it_is_hurried() -> None:
    waiting = Engine(module="tests.engine.fake_tasks", workers=1)
    try:
        waiting.start_in_background(after=600)
        time.sleep(0.2)
        assert waiting.state.name == "starting" and waiting.workers == 0
        waiting.hurry()
        assert until(lambda: waiting.state.name == "ready", 60)
    finally:
        waiting.close()
