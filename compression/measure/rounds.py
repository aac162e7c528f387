"""Two sessions timed in turns, in rounds; which rounds something else on the machine disturbed, and those again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from compression.deploy.runtime import open_session
from compression.deploy.runtimes import Session

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Budget:
    """How long to time. A round is a block of calls of each model, as long as one block may take."""

    seconds: float
    block_seconds: float
    min_rounds: int = 5
    batch: int = 0
    """Examples per run for the throughput; 0 leaves it out."""


FULL = Budget(seconds=0.2, block_seconds=0.002, batch=64)
QUICK = Budget(seconds=0.01, block_seconds=0.0003)
"""For first estimates. Neither counts opening the sessions, 2-15 ms each."""

EXAMPLES = 64
"""So many of the inputs are run, one after the other and again."""

WARM_UP_SECONDS = 0.005
LEAST_CALLS, SLOW_SECONDS = 3, 0.001
"""So many calls a block, that one late call doesn't move its median; one of what takes longer than that is enough."""

LATE = 1.5
"""A block so many times as slow as it should have been was disturbed."""

AGAIN = 2
"""How often as many rounds are timed again as were disturbed; in all it never takes more than three times as long."""


@dataclass(frozen=True)
class Block:
    """Nanoseconds of each timed call of one session in one round, and the processor time that they took together."""

    calls: tuple[int, ...]
    cpu: int
    first: int = 0
    """The number of the example of its first call; the others follow."""

    @cached_property
    def typical(self) -> float:
        return float(np.median(self.calls))

    def waited(self, waits: Array) -> Array:
        """The calls with what their examples wait besides, of ``waits`` of all examples in turn."""
        return np.array(self.calls) + waits[(self.first + np.arange(len(self.calls))) % len(waits)]


Round = tuple[Block, Block]


class Timed:
    """A session and one-example inputs ready to be fed to it."""

    def __init__(self, model: bytes | Session, inputs: Array) -> None:
        self.session = open_session(model) if isinstance(model, bytes) else model
        self.input = self.session.get_inputs()[0].name
        self.outputs = [self.session.get_outputs()[0].name]
        self.feeds = [{self.input: example[None]} for example in inputs[:EXAMPLES]]
        self.next = 0

    def block(self, calls: int) -> Block:
        """So many calls, each on the next example, after one that isn't timed: it finds the other's data in the caches.

        The clock itself takes 0.1 us.
        """
        run, outputs, clock = self.session.run, self.outputs, time.perf_counter_ns
        first = self.next
        feeds = [self.feeds[(first + index) % len(self.feeds)] for index in range(calls)]
        self.next += calls
        times = []
        run(outputs, feeds[0])
        cpu = time.thread_time_ns()
        for feed in feeds:
            start = clock()
            run(outputs, feed)
            times.append(clock() - start)
        return Block(tuple(times), time.thread_time_ns() - cpu, first)

    def warm_up(self) -> float:
        """Seconds of the fastest of several calls: the first may be slow, and any one may be interrupted."""
        times: list[int] = []
        while len(times) < LEAST_CALLS or (
            len(times) < 8 and sum(times) - max(times) < WARM_UP_SECONDS * 1e9
        ):
            start = time.perf_counter_ns()
            self.session.run(self.outputs, self.feeds[len(times) % len(self.feeds)])
            times.append(time.perf_counter_ns() - start)
        return min(times) / 1e9


def timed_rounds(
    models: tuple[Timed, Timed], budget: Budget, kinds: Array | None = None
) -> tuple[list[Round], Array]:
    """The rounds, and which of them were calm [rounds]; as many again as were not, within bounds.

    ``kinds`` [N] says which examples take the first model equally long, where not all do.
    """
    calls = [_calls(model.warm_up(), budget) for model in models]
    rounds: list[Round] = []
    start = time.perf_counter()
    while len(rounds) < budget.min_rounds or time.perf_counter() < start + budget.seconds:
        rounds.append(_round(models, calls, len(rounds)))
    latest = start + (1 + AGAIN) * (time.perf_counter() - start)
    for _ in range(AGAIN):
        for _ in range(int((~are_calm(rounds, kinds)).sum())):
            if time.perf_counter() < latest:
                rounds.append(_round(models, calls, len(rounds)))
    return rounds, are_calm(rounds, kinds)


def are_calm(rounds: Sequence[Round], kinds: Array | None = None) -> Array:
    """Whether neither block's median call is late [rounds]: against the session's own, and the time it computed.

    Of examples of several ``kinds`` each call counts by the median of its kind.
    """
    typical = np.array([[block.typical for block in each] for each in rounds])
    computed = np.array([[block.cpu / len(block.calls) for block in each] for each in rounds])
    late = typical > LATE * np.median(typical, axis=0)
    if kinds is not None:
        late[:, 0] = _by_kind([ours for ours, _ in rounds], kinds) > LATE
    waiting = typical / np.maximum(computed, 1)
    calmest = waiting.min(axis=0)
    # A clock that ticks coarsely shows less, and a runtime that computes in threads of its own more: both tell nothing.
    tells = (calmest > 0.5) & (calmest < 2)
    return ~(late | (tells & (waiting > LATE * calmest))).any(axis=1)


def _by_kind(blocks: Sequence[Block], kinds: Array) -> Array:
    """How many times as long as usual of its kind the median call of each block took [blocks]."""
    calls = [np.array(block.calls, dtype=float) for block in blocks]
    of = [kinds[(block.first + np.arange(len(block.calls))) % len(kinds)] for block in blocks]
    every, kind_of = np.concatenate(calls), np.concatenate(of)
    usual = {kind: np.median(every[kind_of == kind]) for kind in np.unique(kind_of)}
    return np.array(
        [
            np.median(each / np.array([usual[kind] for kind in kinds_]))
            for each, kinds_ in zip(calls, of, strict=True)
        ]
    )


def _calls(seconds: float, budget: Budget) -> int:
    least = LEAST_CALLS if seconds < SLOW_SECONDS else 1
    return max(least, min(200, round(budget.block_seconds / max(seconds, 1e-9))))


def _round(models: tuple[Timed, Timed], calls: Sequence[int], number: int) -> Round:
    """Each goes first every other round, so that neither always finds the other's caches."""
    blocks = {side: models[side].block(calls[side]) for side in ((0, 1) if number % 2 else (1, 0))}
    return blocks[0], blocks[1]
