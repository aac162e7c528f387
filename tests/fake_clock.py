"""A clock that only fake sessions' runs make go on, so that timing is tested without time."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any


class Clock:
    """Stands for the module `time` in the files that time; ``waited`` are the nanoseconds nobody computed in."""

    def __init__(self) -> None:
        self.now = self.waited = 0

    def perf_counter_ns(self) -> int:
        return self.now

    def thread_time_ns(self) -> int:
        return self.now - self.waited

    def perf_counter(self) -> float:
        return self.now / 1e9


class FakeSession:
    """A session whose runs take exactly so many milliseconds of a fake clock, and are told in order.

    ``late`` are milliseconds by which single runs, counted from 0, are late; the processor is then elsewhere, or, if
    ``computes``, believed to be here, as where a machine is a guest on another.
    """

    def __init__(
        self,
        clock: Clock,
        milliseconds: float,
        order: list[Any] | None = None,
        *,
        late: Mapping[int, float] | None = None,
        computes: bool = False,
    ) -> None:
        self.clock, self.milliseconds, self.calls = clock, milliseconds, 0
        self.order = [] if order is None else order
        self.late, self.computes = late or {}, computes

    def get_inputs(self):
        return [SimpleNamespace(name="input")]

    get_outputs = get_inputs

    def run(self, outputs, feed):
        late = round(self.late.get(self.calls, 0) * 1e6)
        self.calls += 1
        self.order.append(self)
        self.clock.now += round(self.milliseconds * 1e6) + late
        self.clock.waited += 0 if self.computes else late
