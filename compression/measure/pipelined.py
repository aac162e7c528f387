"""A sliced model timed as it really runs: each stage in a process of its own, in turns with the whole model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import Session
from compression.deploy.stages.message import Work
from compression.deploy.stages.pipeline import Pipeline
from compression.measure.latency import COMPUTING, measure_latency
from compression.measure.on_links import on_links
from compression.measure.rounds import Budget
from compression.point import Measurement

Array = np.ndarray[Any, np.dtype[Any]]
TURNS = 5
"""The whole model and the pipeline are timed in so many turns each, so that a busy moment hits both."""
SHORTEST = 8
"""Batches of a turn: enough to fill a pipeline of eight stages."""


def measure_pipelined(
    deployment: Deployment, session: Session, whole: Session, examples: Array, *, budget: Budget
) -> dict[str, Measurement]:
    """Latency and speed-up over the whole model, throughput with all stages at work, memory of the largest device.

    Where links are modelled, their time is added to the latency of what goes over them, and the slowest of them bounds
    the throughput; a figure that hangs on one is modelled. ``session`` has the stages one after the other.
    """
    links = on_links(deployment, session, examples)
    farthest = examples[links.crossed == links.crossed.max()]
    with Pipeline(deployment) as pipeline:
        times = measure_latency(
            pipeline, whole, examples,
            budget=replace(budget, batch=0), waits_ms=links.ms, kinds=links.kinds,
        )  # fmt: skip
        times.pop(COMPUTING, None)
        work = pipeline.work(_repeated(farthest, budget.batch))
        batch = _repeated(examples, budget.batch)
        times["throughput_per_s"] = _throughput(pipeline, whole, links.slowest_ms, batch, budget)
    times = links.marked(times)
    # Where none of the examples came to the last stage, that has not told what it takes.
    held = deployment.by_device([w.memory_bytes for w in work]) if _all(work, deployment) else ()
    if any(held):
        by_device = " + ".join(f"{count / 1e6:.1f}" for count in held)
        times["device_memory_bytes"] = Measurement(
            value=max(held),
            unit="bytes",
            how="measured",
            note=f"above an idle process, the runtime's own buffers included; by device {by_device} MB",
        )
    return times


def _throughput(
    pipeline: Pipeline, whole: Session, slowest_ms: float, batch: Array, budget: Budget
) -> Measurement:
    feed = {whole.get_inputs()[0].name: batch}
    seconds = _seconds(lambda: whole.run(None, feed))
    count = max(SHORTEST, round(budget.seconds / TURNS / max(seconds, 1e-6)))
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(len(batch) / _seconds(lambda: whole.run(None, feed), count))
        start = time.perf_counter()
        for _answer in pipeline.run_many([batch] * count):
            pass
        ours.append(count * len(batch) / (time.perf_counter() - start))
    rates, alone = np.array(ours), float(np.median(theirs))
    ratio = float(np.median(rates / np.array(theirs)))
    note = f"batches of {len(batch)}, {ratio:.2g} times the whole model's {alone:,.0f} in the same moments"
    if slowest_ms:
        rates = np.minimum(rates, 1000 / slowest_ms)
    low, high = np.percentile(rates, [10, 90])
    value = float(np.median(rates))
    return Measurement(
        value=value, unit="1/s", how="measured", low=min(float(low), value), high=max(float(high), value),
        n=len(rates) * count, note=note,
    )  # fmt: skip


def _seconds(run: Any, count: int = 3) -> float:
    run()
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count


def _repeated(examples: Array, count: int) -> Array:
    return examples[np.arange(count) % len(examples)]


def _all(work: Sequence[Work], deployment: Deployment) -> bool:
    return len(work) == len(deployment.parts)
