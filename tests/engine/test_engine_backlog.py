"""Which task goes next: by priority, then by order, and one worker free while somebody moves a knob."""

from __future__ import annotations

import pytest

from compression.engine.backlog import ATTENTION_SECONDS, Backlog
from compression.engine.jobs import Priority, Task
from compression.engine.point_job import PointJob
from compression.engine.point_writer import PointWriter
from tests.measured import a_recipe


def task(priority: Priority, seed: int = 0) -> Task:
    stage = "estimate" if priority == Priority.ESTIMATE else "full"
    return Task(PointJob(a_recipe(seed), PointWriter()), stage, priority)


def test_the_best_goes_first_and_equals_in_order() -> None:
    backlog = Backlog()
    asked = [
        task(priority)
        for priority in (
            Priority.PREFETCH,
            Priority.SWEEP,
            Priority.LIVE,
            Priority.SWEEP,
            Priority.ESTIMATE,
        )
    ]
    for one in asked:
        backlog.push(one)
    popped = [backlog.pop([], 4) for _ in range(6)]
    assert popped == [asked[4], asked[2], asked[1], asked[3], asked[0], None]


def test_a_raised_task_overtakes_and_is_sent_once() -> None:
    backlog = Backlog()
    first, second = task(Priority.SWEEP, 1), task(Priority.SWEEP, 2)
    backlog.push(first)
    backlog.push(second)
    backlog.raise_to(second, Priority.LIVE)
    sent = []
    while (one := backlog.pop([], 4)) is not None:
        one.state = "sent"
        sent.append(one)
    assert sent == [second, first]


def test_a_dropped_task_is_passed_over() -> None:
    backlog = Backlog()
    dropped, kept = task(Priority.SWEEP, 1), task(Priority.SWEEP, 2)
    backlog.push(dropped)
    backlog.push(kept)
    dropped.state = "over"
    assert backlog.pop([], 4) is kept


@pytest.mark.parametrize(("workers", "room"), [(1, 2), (2, 4), (8, 16)])
def test_every_worker_has_one_running_and_one_ready_when_nobody_looks(
    workers: int, room: int
) -> None:
    backlog = Backlog()
    backlog.push(task(Priority.SWEEP))
    out = [task(Priority.SWEEP) for _ in range(room)]
    assert backlog.pop(out, workers) is None
    assert backlog.pop(out[1:], workers) is not None


@pytest.mark.parametrize(("workers", "room"), [(1, 1), (2, 1), (8, 7)])
def test_one_worker_is_kept_free_while_somebody_moves_a_knob(workers: int, room: int) -> None:
    now = [0.0]
    backlog = Backlog(clock=lambda: now[0])
    live = task(Priority.LIVE)
    backlog.push(live)
    live.state = "over"
    backlog.push(task(Priority.SWEEP))
    out = [task(Priority.SWEEP) for _ in range(room)]
    assert backlog.pop(out, workers) is None
    now[0] = ATTENTION_SECONDS
    assert backlog.pop(out, workers) is not None


def test_a_live_measurement_waits_for_live_ones_only() -> None:
    backlog = Backlog()
    backlog.push(task(Priority.LIVE))
    assert backlog.pop([task(Priority.SWEEP), task(Priority.LIVE)], 2) is None
    assert backlog.pop([task(Priority.SWEEP)] * 4, 2) is not None


def test_an_estimate_always_has_room() -> None:
    backlog = Backlog()
    backlog.push(task(Priority.ESTIMATE))
    assert backlog.pop([task(Priority.LIVE)] * 100, 1) is not None
