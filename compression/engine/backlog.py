"""Which task is sent to the cluster next, and whether there is room for it."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Sequence

from compression.engine.jobs import Priority, Task

ATTENTION_SECONDS = 5.0
"""How long after a live request somebody is taken to be still moving the knob."""

AHEAD = 2
"""Tasks out per worker when nobody is waiting: one runs, one stands ready behind it."""

Queued = tuple[int, int, Task]
"""Minus its priority, the order of coming, the task: the smallest goes first."""


class Backlog:
    """Tasks not yet sent, best first; of equal priority first come, first served.

    The scheduler keeps the same order, but only what stands here can still be raised or
    dropped for nothing. While somebody moves a knob one worker is kept free of measurements,
    so that the next estimate starts at once: workers can't be interrupted. Trainings, which take
    minutes, queue apart: they never have the last worker, and those that wait hold nobody up.
    So do quick tasks, which never wait for the others' room.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._quick: list[Queued] = []
        self._measurements: list[Queued] = []
        self._trainings: list[Queued] = []
        self._order = itertools.count()
        self._clock = clock
        self._last_live = -ATTENTION_SECONDS

    def push(self, task: Task) -> None:
        task.state = "queued"
        if task.priority >= Priority.LIVE:
            self._last_live = self._clock()
        heapq.heappush(self._queue_of(task), (-task.priority, next(self._order), task))

    def raise_to(self, task: Task, priority: Priority) -> None:
        """Give a queued task a higher priority; its old place in the queue goes void."""
        if task.state == "queued" and priority > task.priority:
            task.priority = priority
            self.push(task)

    def pop(self, out: Sequence[Task], workers: int) -> Task | None:
        """The next task to send, given those that are out and fill a worker; None if none fits."""
        fitting = [
            queue
            for queue in (self._quick, self._measurements, self._trainings)
            if (task := _first(queue)) is not None and self._fits(task, out, workers)
        ]
        return heapq.heappop(min(fitting, key=lambda queue: queue[0]))[2] if fitting else None

    def _queue_of(self, task: Task) -> list[Queued]:
        if task.is_quick:
            return self._quick
        return self._trainings if task.is_trained else self._measurements

    def _fits(self, task: Task, out: Sequence[Task], workers: int) -> bool:
        if task.is_quick:
            return True
        training = sum(other.is_trained for other in out)
        if task.is_trained:
            return training < max(1, workers - 1)
        left = max(1, workers - training)
        all_but_one = max(1, left - 1)
        measuring = [other for other in out if not other.is_trained]
        if task.priority == Priority.LIVE:  # a sweep's stand behind it in the scheduler's queue
            return sum(other.priority == Priority.LIVE for other in measuring) < all_but_one
        is_watched = self._clock() - self._last_live < ATTENTION_SECONDS
        return len(measuring) < (all_but_one if is_watched else AHEAD * left)


def _first(queue: list[Queued]) -> Task | None:
    """The first task of a queue, those that are void passed over."""
    while queue:
        place, _, task = queue[0]
        if task.state == "queued" and -place == task.priority:
            return task
        heapq.heappop(queue)
    return None
