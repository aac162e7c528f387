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


class Backlog:
    """Tasks not yet sent, best first; within a rank first come, first served.

    The scheduler keeps the same order, but only what stands here can still be raised in rank or
    dropped for nothing. While somebody moves a knob one worker is kept free of full measurements,
    so that the next estimate starts at once: workers can't be interrupted.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._heap: list[tuple[int, int, Task]] = []
        self._order = itertools.count()
        self._clock = clock
        self._last_live = -ATTENTION_SECONDS

    def push(self, task: Task) -> None:
        task.state = "queued"
        if task.rank >= LIVE:
            self._last_live = self._clock()
        heapq.heappush(self._heap, (-task.rank, next(self._order), task))

    def raise_to(self, task: Task, rank: int) -> None:
        """Give a queued task a higher rank; its old place in the queue goes void."""
        if task.state == "queued" and rank > task.rank:
            task.rank = rank
            self.push(task)

    def pop(self, out: Sequence[Task], workers: int) -> Task | None:
        """The next task to send, given the full measurements that are out; None if none fits."""
        while self._heap:
            rank, _, task = self._heap[0]
            if task.state != "queued" or -rank != task.rank:
                heapq.heappop(self._heap)
                continue
            if not self._fits(task, out, workers):
                return None
            heapq.heappop(self._heap)
            return task
        return None

    def _fits(self, task: Task, out: Sequence[Task], workers: int) -> bool:
        if task.rank == ESTIMATE_RANK:
            return True
        all_but_one = max(1, workers - 1)
        if task.rank == LIVE:  # what a sweep has out stands behind it in the scheduler's queue
            return sum(other.rank == LIVE for other in out) < all_but_one
        is_watched = self._clock() - self._last_live < ATTENTION_SECONDS
        return len(out) < (all_but_one if is_watched else AHEAD * workers)
