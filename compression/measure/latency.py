"""How long one example takes in ONNX Runtime, in turns with the original so that the ratio survives a busy machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from compression.deploy.runtime import open_session
from compression.deploy.runtimes import Session
from compression.point import Measurement

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Budget:
    """How long to time. A round is a block of calls of each model, as long as one block may take, at least one call."""

    seconds: float
    block_seconds: float
    min_rounds: int = 5
    batch: int = 0
    """Examples per run for the throughput; 0 leaves it out."""


FULL = Budget(seconds=0.2, block_seconds=0.002, batch=64)
QUICK = Budget(seconds=0.01, block_seconds=0.0003)
"""For first estimates. Neither counts opening the sessions, 2-15 ms each."""

WARM_UP_SECONDS = 0.005

PLACEMENT = 0.02
"""Twice the standard deviation of the ratio between sessions of one and the same file, which differ only in where
their weights lie in memory: 1 % in 80 pairs of sessions here."""


def measure_latency(
    candidate: bytes | Session,
    baseline: bytes | Session,
    inputs: Array,
    *,
    budget: Budget = FULL,
    links_ms: float = 0.0,
) -> dict[str, Measurement]:
    """Latency of the candidate at batch 1 and its speed-up over the baseline, from the same process and moments.

    `inputs` are real examples [N, *input_shape]: zeros or noise could meet denormals or skip work. The latency is
    the median call, its low and high the 10th and 90th percentile over the rounds. The speed-up is the median of the
    rounds' ratios, its low and high the 95 % interval of that median, widened by PLACEMENT. `links_ms` is added to
    each of the candidate's calls; its throughput is that without, since links work while batches are computed.
    """
    models = (_Timed(candidate, inputs), _Timed(baseline, inputs))
    rounds = _timed_rounds(models, budget)
    computing = np.concatenate([ours for ours, _ in rounds]) / 1e6
    ours, theirs = (
        np.array([[np.median(ours), np.median(theirs)] for ours, theirs in rounds]).T / 1e6
    )
    note = _note(
        computing,
        cpu_ms=models[0].cpu_ns / len(computing) / 1e6,
        original_ms=float(np.median(theirs)),
    )
    calls, ours = computing + links_ms, ours + links_ms
    p90 = Measurement(
        value=float(np.percentile(calls, 90)), unit="ms", how="measured", n=len(calls), note=note
    )
    measured = {
        "latency_ms": _median(calls, np.percentile(ours, [10, 90]), "ms", note=note),
        "latency_p90_ms": p90,
        "speedup": _median(
            theirs / ours, _ratio_interval(theirs / ours), "x", note="rounds in turns"
        ),
    }
    if budget.batch:
        measured["throughput_per_s"] = _throughput(models[0], budget)
    return measured


def median_interval(values: Array, *, z: float = 1.96) -> Array:
    """Low and high of the 95 % interval of a median, from order statistics: it assumes no distribution."""
    ordered, n = np.sort(values), len(values)
    reach = z * np.sqrt(n) / 2
    low, high = int(np.floor((n - 1) / 2 - reach)), int(np.ceil((n - 1) / 2 + reach))
    return np.array([ordered[max(0, low)], ordered[min(n - 1, high)]])


def _ratio_interval(ratios: Array) -> Array:
    value = np.median(ratios)
    return value + value * np.array([-1, 1]) * np.hypot(
        abs(median_interval(ratios) / value - 1), PLACEMENT
    )


class _Timed:
    """A session, one-example inputs ready to be fed to it, and the processor time its timed calls took."""

    def __init__(self, model: bytes | Session, inputs: Array) -> None:
        self.session = open_session(model) if isinstance(model, bytes) else model
        self.input = self.session.get_inputs()[0].name
        self.outputs = [self.session.get_outputs()[0].name]
        self.examples = inputs
        self.feeds = [
            {self.input: inputs[index : index + 1]} for index in range(min(len(inputs), 64))
        ]
        self.next = 0
        self.cpu_ns = 0

    def block(self, calls: int) -> list[int]:
        """Nanoseconds of each of so many calls, each on the next example. The clock itself takes 0.1 us."""
        run, outputs, clock = self.session.run, self.outputs, time.perf_counter_ns
        feeds = [self.feeds[(self.next + index) % len(self.feeds)] for index in range(calls)]
        self.next += calls
        times = []
        if calls > 1:  # not timed: it finds the other model's data in the caches
            run(outputs, feeds[0])
        cpu = time.thread_time_ns()
        for feed in feeds:
            start = clock()
            run(outputs, feed)
            times.append(clock() - start)
        self.cpu_ns += time.thread_time_ns() - cpu
        return times

    def warm_up(self) -> float:
        """The seconds of a call once the first few are over; a slow model's first has to do."""
        times = self.block(1)
        while len(times) < 8 and sum(times) < WARM_UP_SECONDS * 1e9:
            times += self.block(1)
        self.cpu_ns = 0
        return min(times) / 1e9


def _timed_rounds(
    models: tuple[_Timed, _Timed], budget: Budget
) -> list[tuple[list[int], list[int]]]:
    calls = [max(1, min(200, round(budget.block_seconds / model.warm_up()))) for model in models]
    rounds: list[tuple[list[int], list[int]]] = []
    end = time.perf_counter() + budget.seconds
    while len(rounds) < budget.min_rounds or time.perf_counter() < end:
        blocks: dict[int, list[int]] = {}
        # Each goes first every other round, so that neither always finds the other's caches.
        for side in (0, 1) if len(rounds) % 2 else (1, 0):
            blocks[side] = models[side].block(calls[side])
        rounds.append((blocks[0], blocks[1]))
    return rounds


def _throughput(model: _Timed, budget: Budget) -> Measurement:
    """Examples per second in batches, over at least three runs."""
    batch = model.examples[np.arange(budget.batch) % len(model.examples)]
    feed = {model.input: batch}
    model.session.run(model.outputs, feed)
    seconds: list[float] = []
    end = time.perf_counter() + budget.seconds / 4
    while len(seconds) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        model.session.run(model.outputs, feed)
        seconds.append(time.perf_counter() - start)
    rates = budget.batch / np.array(seconds)
    return _median(rates, np.percentile(rates, [10, 90]), "1/s", note=f"batches of {budget.batch}")


def _median(values: Array, interval: Array, unit: str, *, note: str) -> Measurement:
    value, (low, high) = float(np.median(values)), interval
    return Measurement(
        value=value,
        unit=unit,
        how="measured",
        low=min(float(low), value),
        high=max(float(high), value),
        n=len(values),
        note=note,
    )


def _note(calls_ms: Array, *, cpu_ms: float, original_ms: float) -> str:
    """What else the timing says: a call that waited for the processor took longer than it computed."""
    note = f"original {original_ms:.3g} ms in the same moments; {cpu_ms:.3g} ms of processor time a call"
    return f"{note}; the machine was busy" if calls_ms.mean() > 1.5 * cpu_ms else note
