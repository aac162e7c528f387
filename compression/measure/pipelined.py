"""A sliced model timed as it really runs: each stage in a process of its own, in turns with the whole model."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import Session
from compression.deploy.stages.pipeline import Pipeline
from compression.measure.latency import measure_latency
from compression.measure.rounds import Budget
from compression.point import Measurement

Array = np.ndarray[Any, np.dtype[Any]]
TURNS = 5
"""The whole model and the pipeline are timed in so many turns each, so that a busy moment hits both."""
SHORTEST = 8
"""Batches of a turn: enough to fill a pipeline of eight stages."""


def measure_pipelined(
    deployment: Deployment, whole: Session, examples: Array, *, budget: Budget
) -> dict[str, Measurement]:
    """Latency and speed-up over the whole model, throughput with all stages at work, memory of the largest device.

    Where links are modelled, their time is added to the latency, and the slowest of them bounds the throughput; a
    figure that hangs on one is modelled.
    """
    with Pipeline(deployment) as pipeline:
        times = measure_latency(
            pipeline, whole, examples, budget=replace(budget, batch=0), links_ms=deployment.links_ms
        )
        batch = examples[np.arange(budget.batch) % len(examples)]
        work = pipeline.work(batch)
        times["throughput_per_s"] = _throughput(pipeline, whole, deployment, batch, budget)
    if deployment.links_ms:
        times = {name: _modelled(each, deployment) for name, each in times.items()}
    held = deployment.by_device([each.memory_bytes for each in work])
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
    pipeline: Pipeline, whole: Session, deployment: Deployment, batch: Array, budget: Budget
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
    slowest = max((link.latency_ms for link in deployment.links), default=0.0)
    if slowest:
        rates = np.minimum(rates, 1000 / slowest)
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


def _modelled(each: Measurement, deployment: Deployment) -> Measurement:
    note = f"with {deployment.links_ms:.3g} ms on modelled links"
    return each.model_copy(update={"how": "modelled", "note": f"{each.note}; {note}".strip("; ")})
