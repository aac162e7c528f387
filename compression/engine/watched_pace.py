"""How fast a sweep goes that another process runs, as far as this one has watched it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from compression.store import SweepRecord

STEPS = 32
"""Changes that are looked back at: old ones say little of what comes."""


class WatchedPace:
    """The records of one sweep, as they were read one after the other. May be used from several threads.

    Neither the time since it was asked for nor the number done tells the pace: what was known before counts as done at
    once, and a sweep may have rested for days before it was resumed. What changes while one watches does.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._owner = ""
        self._seen: deque[tuple[float, int]] = deque(maxlen=STEPS)
        self._clock = clock

    def seconds_left(self, record: SweepRecord) -> float | None:
        """By the pace of what was watched so far; None before a first point has come meanwhile."""
        over = record.done + record.failed
        if record.state != "running":
            return None
        if record.owner != self._owner or (self._seen and over < self._seen[-1][1]):
            self._owner = record.owner
            self._seen.clear()
        if not self._seen or over > self._seen[-1][1]:
            self._seen.append((record.beat, over))
        (began, before), (ended, now) = self._seen[0], self._seen[-1]
        if now == before or ended <= began:
            return None
        left = (record.total - over) * (ended - began) / (now - before)
        return max(0.0, left - max(0.0, self._clock() - ended))
