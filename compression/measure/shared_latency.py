"""One latency for all deployments of one graph: a dense model's time doesn't depend on its weights."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import Session
from compression.measure.latency import COMPUTING, measure_latency
from compression.measure.on_links import on_links
from compression.measure.rounds import Budget
from compression.point import Measurement
from compression.point.certainty import is_disturbed
from compression.subjects import Subject

Times = dict[str, Measurement]
Key = tuple[str, str, float, Budget]

SAME = "It runs the original's graph, so it takes the original's time."
KEPT = 256


class SharedLatencies:
    """What was timed in this process by graph, the oldest unused dropped first; disturbed timings are not kept."""

    def __init__(self, limit: int = KEPT) -> None:
        self.limit = limit
        self._times: OrderedDict[Key, Times] = OrderedDict()

    def get(self, key: Key, measure: Callable[[], Times]) -> Times:
        if key not in self._times:
            measured = measure()
            if is_disturbed(measured):
                return measured
            self._times[key] = measured
        self._times.move_to_end(key)
        while len(self._times) > self.limit:
            self._times.popitem(last=False)
        return self._times[key]

    def forget(self) -> None:
        self._times.clear()


SHARED = SharedLatencies()


def latency_of(
    subject: Subject,
    deployment: Deployment,
    session: Session,
    inputs: np.ndarray[Any, Any],
    *,
    budget: Budget,
) -> Times:
    """`measure_latency` of an opened deployment beside its original, once for all that have its graph.

    Whatever has the original's own graph is exactly as fast as it: two sessions of one graph differ by where their
    weights lie in memory, and by noise.
    """

    def measured() -> Times:
        links = on_links(deployment, session, inputs)
        times = measure_latency(
            session, subject.session, inputs, budget=budget, waits_ms=links.ms, kinds=links.kinds
        )
        computing = times.pop(COMPUTING, None)
        times = links.marked(times)
        if computing is not None:
            times[COMPUTING] = computing
        return _level(times) if deployment.graph == subject.deployed.graph else times

    key = (subject.deployed.graph, deployment.graph, deployment.links_ms, budget)
    return SHARED.get(key, measured)


def _level(times: Times) -> Times:
    latency, speedup = times["latency_ms"], times["speedup"]
    level = speedup.model_copy(update={"value": 1.0, "low": 1.0, "high": 1.0, "note": SAME})
    noted = latency.model_copy(update={"note": f"{latency.note}. {SAME}"})
    return {**times, "latency_ms": noted, "speedup": level}
