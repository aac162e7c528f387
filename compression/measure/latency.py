"""How long one example takes in ONNX Runtime, in turns with the original so that the ratio survives a busy machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from compression.deploy.runtimes import Session
from compression.measure.rounds import EXAMPLES, FULL, Budget, Round, Timed, timed_rounds
from compression.point import Measurement
from compression.point.certainty import BUSY

Array = np.ndarray[Any, np.dtype[Any]]

COMPUTING = "computing_ms"
"""Among the times, and no metric: the latency without what examples wait on links."""

PLACEMENT = 0.02
"""Twice the standard deviation of the ratio between sessions of one and the same file, which differ only in where
their weights lie in memory: 1 % in 80 pairs of sessions here."""


def measure_latency(
    candidate: bytes | Session,
    baseline: bytes | Session,
    inputs: Array,
    *,
    budget: Budget = FULL,
    waits_ms: Array | None = None,
    kinds: Array | None = None,
) -> dict[str, Measurement]:
    """Latency of the candidate at batch 1 and its speed-up over the baseline, from the same process and moments.

    `inputs` are real examples [N, *input_shape]: zeros or noise could meet denormals or skip work. The latency is
    the median call, its low and high the 10th and 90th percentile over the rounds. The speed-up is the median of the
    rounds' ratios, its low and high the 95 % interval of that median, widened by PLACEMENT. Only calm rounds count;
    where most were disturbed all do, the note says so, and the interval holds 95 % of the rounds. `waits_ms` [N], how
    long each example is on links, is added to the candidate's call for it; its throughput is that without, since links
    work while batches are computed, and so is `COMPUTING`, which is there where examples wait. `kinds` [N] tells apart
    examples that take unlike long by nature, which is no disturbance.
    """
    ours, theirs = Timed(candidate, inputs), Timed(baseline, inputs)
    timed, calm = timed_rounds((ours, theirs), budget, None if kinds is None else kinds[:EXAMPLES])
    is_busy = calm.mean() < 0.5
    rounds = timed if is_busy else [each for each, kept in zip(timed, calm, strict=True) if kept]
    waits = np.zeros(1) if waits_ms is None else 1e6 * np.asarray(waits_ms)[:EXAMPLES]
    waited = [block.waited(waits) / 1e6 for block, _ in rounds]
    calls, typical = np.concatenate(waited), np.array([np.median(each) for each in waited])
    original = np.array([block.typical for _, block in rounds]) / 1e6
    ratios = original / typical
    note = _note(rounds, is_busy=is_busy)
    p90 = Measurement(
        value=float(np.percentile(calls, 90)), unit="ms", how="measured", n=len(calls), note=note
    )
    spread = np.percentile(typical, [10, 90])
    measured = {
        "latency_ms": _median(calls, spread, "ms", note=note),
        "latency_p90_ms": p90,
        "speedup": _median(ratios, _ratio_interval(ratios, is_busy=is_busy), "x", note=""),
    }
    if waits.any():
        alone = np.concatenate([block.calls for block, _ in rounds]) / 1e6
        spread = np.percentile([block.typical / 1e6 for block, _ in rounds], [10, 90])
        measured[COMPUTING] = _median(alone, spread, "ms", note=note)
    if budget.batch:
        measured["throughput_per_s"] = _throughput(ours, inputs, budget)
    return measured


def median_interval(values: Array, *, z: float = 1.96) -> Array:
    """Low and high of the 95 % interval of a median, from order statistics: it assumes no distribution."""
    ordered, n = np.sort(values), len(values)
    reach = z * np.sqrt(n) / 2
    low, high = int(np.floor((n - 1) / 2 - reach)), int(np.ceil((n - 1) / 2 + reach))
    return np.array([ordered[max(0, low)], ordered[min(n - 1, high)]])


def _ratio_interval(ratios: Array, *, is_busy: bool) -> Array:
    """Of the median; of the rounds themselves where most were disturbed, for then they are no sample of calm ones."""
    value = np.median(ratios)
    ends = np.percentile(ratios, [2.5, 97.5]) if is_busy else median_interval(ratios)
    return value + value * np.array([-1, 1]) * np.hypot(abs(ends / value - 1), PLACEMENT)


def _throughput(model: Timed, examples: Array, budget: Budget) -> Measurement:
    """Examples per second in batches, over at least three runs."""
    feed = {model.input: examples[np.arange(budget.batch) % len(examples)]}
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


def _note(rounds: Sequence[Round], *, is_busy: bool) -> str:
    """What else the timing says: the original beside it, the calls of both, and the time they computed."""
    calls, others = (sum(len(each[side].calls) for each in rounds) for side in (0, 1))
    original_ms = float(np.median([theirs.typical for _, theirs in rounds])) / 1e6
    cpu_ms = sum(ours.cpu for ours, _ in rounds) / calls / 1e6
    note = (
        f"original {original_ms:.3g} ms in the same moments, {calls} calls in turns with {others} of its; "
        f"{cpu_ms:.3g} ms of processor time a call"
    )
    return f"{note}; {BUSY}" if is_busy else note
