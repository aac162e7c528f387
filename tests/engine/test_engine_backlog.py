"""Which task goes next: by rank, then by order, and one worker free while somebody moves a knob."""

from __future__ import annotations

import pytest

from compression.engine.backlog import ATTENTION_SECONDS, Backlog
from compression.engine.tickets import ESTIMATE_RANK, LIVE, PREFETCH, SWEEP, Job, Task
from tests.measured import a_recipe


def task(rank: int, seed: int = 0) -> Task:
    stage = "estimate" if rank == ESTIMATE_RANK else "full"
    return Task(Job(a_recipe(seed)), stage, rank)


def test_the_best_goes_first_and_equals_in_order() -> None:
    backlog = Backlog()
    asked = [task(rank) for rank in (PREFETCH, SWEEP, LIVE, SWEEP, ESTIMATE_RANK)]
    for one in asked:
        backlog.push(one)
    popped = [backlog.pop([], 4) for _ in range(6)]
    assert popped == [asked[4], asked[2], asked[1], asked[3], asked[0], None]


def test_a_raised_task_overtakes_and_is_sent_once() -> None:
    backlog = Backlog()
    first, second = task(SWEEP, 1), task(SWEEP, 2)
    backlog.push(first)
    backlog.push(second)
    backlog.raise_to(second, LIVE)
    sent = []
    while (one := backlog.pop([], 4)) is not None:
        one.state = "sent"
        sent.append(one)
    assert sent == [second, first]


def test_a_dropped_task_is_passed_over() -> None:
    backlog = Backlog()
    dropped, kept = task(SWEEP, 1), task(SWEEP, 2)
    backlog.push(dropped)
    backlog.push(kept)
    dropped.state = "over"
    assert backlog.pop([], 4) is kept


@pytest.mark.parametrize(("workers", "room"), [(1, 2), (2, 4), (8, 16)])
def test_every_worker_has_one_running_and_one_ready_when_nobody_looks(
    workers: int, room: int
) -> None:
    backlog = Backlog()
    backlog.push(task(SWEEP))
    out = [task(SWEEP) for _ in range(room)]
    assert backlog.pop(out, workers) is None
    assert backlog.pop(out[1:], workers) is not None


@pytest.mark.parametrize(("workers", "room"), [(1, 1), (2, 1), (8, 7)])
def test_one_worker_is_kept_free_while_somebody_moves_a_knob(workers: int, room: int) -> None:
    now = [0.0]
    backlog = Backlog(clock=lambda: now[0])
    live = task(LIVE)
    backlog.push(live)
    live.state = "over"
    backlog.push(task(SWEEP))
    out = [task(SWEEP) for _ in range(room)]
    assert backlog.pop(out, workers) is None
    now[0] = ATTENTION_SECONDS
    assert backlog.pop(out, workers) is not None


def test_a_live_measurement_waits_for_live_ones_only() -> None:
    backlog = Backlog()
    backlog.push(task(LIVE))
    assert backlog.pop([task(SWEEP), task(LIVE)], 2) is None
    assert backlog.pop([task(SWEEP)] * 4, 2) is not None


def test_an_estimate_always_has_room() -> None:
    backlog = Backlog()
    backlog.push(task(ESTIMATE_RANK))
    assert backlog.pop([task(LIVE)] * 100, 1) is not None
