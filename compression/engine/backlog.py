"""Which task is sent to the cluster next, and whether there is room for it."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Sequence

from compression.engine.tickets import ESTIMATE_RANK, LIVE, Task

ATTENTION_SECONDS = 5.0
"""How long after a live request somebody is taken to be still moving the knob."""

AHEAD = 2
"""Tasks out per worker when nobody is waiting: one runs, one stands ready behind it."""

Queued = tuple[int, int, Task]
"""Minus its rank, the order of coming, the task: the smallest goes first."""


class Backlog:
    """Tasks not yet sent, best first; within a rank first come, first served.

    The scheduler keeps the same order, but only what stands here can still be raised in rank or
    dropped for nothing. While somebody moves a knob one worker is kept free of full measurements,
    so that the next estimate starts at once: workers can't be interrupted. Trainings, which take
    minutes, queue apart: they never have the last worker, and those that wait hold nobody up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._measurements: list[Queued] = []
        self._trainings: list[Queued] = []
        self._order = itertools.count()
        self._clock = clock
        self._last_live = -ATTENTION_SECONDS

    def push(self, task: Task) -> None:
        task.state = "queued"
        if task.rank >= LIVE:
            self._last_live = self._clock()
        queue = self._trainings if task.is_trained else self._measurements
        heapq.heappush(queue, (-task.rank, next(self._order), task))

    def raise_to(self, task: Task, rank: int) -> None:
        """Give a queued task a higher rank; its old place in the queue goes void."""
        if task.state == "queued" and rank > task.rank:
            task.rank = rank
            self.push(task)

    def pop(self, out: Sequence[Task], workers: int) -> Task | None:
        """The next task to send, given the full measurements that are out; None if none fits."""
        fitting = [
            queue
            for queue in (self._measurements, self._trainings)
            if (task := _first(queue)) is not None and self._fits(task, out, workers)
        ]
        return heapq.heappop(min(fitting, key=lambda queue: queue[0]))[2] if fitting else None

    def _fits(self, task: Task, out: Sequence[Task], workers: int) -> bool:
        training = sum(other.is_trained for other in out)
        if task.is_trained:
            return training < max(1, workers - 1)
        if task.rank == ESTIMATE_RANK:
            return True
        left = max(1, workers - training)
        all_but_one = max(1, left - 1)
        measuring = [other for other in out if not other.is_trained]
        if task.rank == LIVE:  # what a sweep has out stands behind it in the scheduler's queue
            return sum(other.rank == LIVE for other in measuring) < all_but_one
        is_watched = self._clock() - self._last_live < ATTENTION_SECONDS
        return len(measuring) < (all_but_one if is_watched else AHEAD * left)


def _first(queue: list[Queued]) -> Task | None:
    """The first task of a queue, those that are void passed over."""
    while queue:
        rank, _, task = queue[0]
        if task.state == "queued" and -rank == task.rank:
            return task
        heapq.heappop(queue)
    return None
