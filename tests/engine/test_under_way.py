"""What is told of those who wait: recipes alone, in the order in which they go."""

from __future__ import annotations

import pytest

from compression.engine.jobs import Priority, Stage, Task
from compression.engine.point_job import PointJob
from compression.engine.point_writer import PointWriter
from compression.engine.questions import QuestionJob
from compression.engine.run_cost import cost, cost_of
from compression.engine.under_way import under_way
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from tests.measured import a_measured

MODEL = "digits/mlp"


def a_job(step: str, priority: Priority, state: str = "queued", stage: Stage = "full") -> PointJob:
    job = PointJob(Recipe.build(MODEL, [step]), PointWriter(None))
    job.tasks[stage] = Task(job, stage, priority, state=state)  # type: ignore[arg-type]
    return job


def test_those_with_a_worker_come_first_then_pages_before_runs() -> None:
    run = a_job("quantize:bits=2", Priority.SWEEP)
    page = a_job("quantize:bits=3", Priority.LIVE)
    sent = a_job("quantize:bits=5", Priority.SWEEP, "sent")
    told = under_way([run, page, sent, QuestionJob("weights", {"model": MODEL})])
    assert [one.recipe for one in told] == [sent.recipe, page.recipe, run.recipe]
    assert [one.kind for one in told] == ["run", "page", "run"]
    assert [one.is_sent for one in told] == [True, False, False]


def test_a_cost_is_the_time_of_those_that_tell_at_their_own_power() -> None:
    timed = a_measured(latency_ms=2.0, energy_mj=10.0)  # 5 W
    told = cost([timed.model_copy(update={"cpu_seconds": 7200.0}), timed])
    assert (told.points, told.cpu_seconds) == (1, 7200.0)
    assert told.watt_hours == pytest.approx(10.0)


def test_a_run_costs_what_its_own_points_cost(tmp_path) -> None:
    store = Store(f"sqlite:///{tmp_path}/lab.db", bundled_folder=tmp_path)
    sweep = Sweep.parse(MODEL, ["quantize:bits=2|3"])
    for bits, seconds in ((2, 3.0), (3, 4.0), (5, 100.0)):
        point = a_measured(f"quantize:bits={bits}", accuracy=0.5)
        store.add(point.model_copy(update={"cpu_seconds": seconds}))
    record = SweepRecord(sweep.key, MODEL, sweep.model_dump_json(), "finished", 2)
    assert cost_of(store, record).cpu_seconds == 7.0
    assert cost_of(store, SweepRecord("x", MODEL, "{}", "failed", 2)).points == 0
    store.close()
