"""The best places to cut a row of layers, by dynamic programming over contiguous stages: exact, in under a millisecond.

The chain partitioning problem (Bokhari, 1988, "Partitioning problems in parallel, pipelined, and distributed
computing"), with links as in Neurosurgeon (Kang et al., 2017, ASPLOS), and a cap on each device's memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
SLACK = 1 + 1e-9
"""Sums of the same numbers in another order count as equal."""


@dataclass(frozen=True, eq=False)
class Costs:
    """What each layer costs, [n] floats, and what each link between two of them does, [n - 1]. For one example."""

    layer_ms: Array
    weight_bytes: Array
    activation_bytes: Array
    link_ms: Array
    """How long it is on the way, in which no device computes."""
    handling_ms: Array
    """What sending or receiving it takes of a device's own time, on either side."""
    head_weight_bytes: Array | None = None
    """With early exits: of the head at each cut, which lies on the device before it."""
    head_peak_bytes: Array | None = None
    """The most activations alive while that head runs."""

    @property
    def n(self) -> int:
        return len(self.layer_ms)

    @cached_property
    def ms(self) -> Array:
        """Of the stage of layers i to j - 1: [n, n + 1]; infinite where that is none. So are the next two."""
        edge = np.concatenate([[0.0], self.handling_ms, [0.0]])
        until = np.concatenate([[0.0], np.cumsum(self.layer_ms)])
        return self._stages(until[None, :] - until[:-1, None] + edge[:-1, None] + edge[None, :])

    @cached_property
    def memory_bytes(self) -> Array:
        """Weights and the most activations alive at once, those of an exit's head included."""
        until = np.concatenate([[0.0], np.cumsum(self.weight_bytes)])
        peaks = np.zeros((self.n, self.n + 1))
        for first in range(self.n):
            peaks[first, first + 1 :] = np.maximum.accumulate(self.activation_bytes[first:])
        held = until[None, :] - until[:-1, None]
        if self.head_weight_bytes is not None and self.head_peak_bytes is not None:
            held[:, 1 : self.n] += self.head_weight_bytes
            peaks[:, 1 : self.n] = np.maximum(peaks[:, 1 : self.n], self.head_peak_bytes)
        return self._stages(held + peaks)

    @cached_property
    def sending_ms(self) -> Array:
        """On the link behind the stage."""
        return self._stages(
            np.broadcast_to(np.append(0.0, np.append(self.link_ms, 0.0)), self.ms.shape)
        )

    def _stages(self, values: Array) -> Array:
        first, end = np.indices((self.n, self.n + 1))
        return np.where(end > first, values, np.inf)


@dataclass(frozen=True)
class Quality:
    """What a choice of cuts gives, as the objectives see it."""

    bottleneck_ms: float
    """Of the slowest stage or link: so long after one answer comes the next."""
    latency_ms: float
    memory_bytes: float
    """Of the device that needs most."""


def quality(costs: Costs, cuts: tuple[int, ...]) -> Quality:
    """Of the cuts behind these many layers each."""
    stages = list(zip((0, *cuts), (*cuts, costs.n), strict=True))
    compute = [costs.ms[stage] for stage in stages]
    links = [costs.sending_ms[stage] for stage in stages]
    return Quality(
        bottleneck_ms=float(max(*compute, *links)),
        latency_ms=float(sum(compute) + sum(links)),
        memory_bytes=float(max(costs.memory_bytes[stage] for stage in stages)),
    )


def best_cuts(
    costs: Costs, stages: int, objective: str, cap_bytes: float = 0
) -> tuple[int, ...] | None:
    """Behind how many layers each to cut, for so many stages; None where no choice keeps every stage under the cap.

    Of equally good choices, throughput and memory take the one that is best for the other of the two.
    """
    fits = costs.memory_bytes <= (cap_bytes or np.inf)
    pace = np.where(fits, np.maximum(costs.ms, costs.sending_ms), np.inf)
    memory = np.where(fits, costs.memory_bytes, np.inf)
    if objective == "latency":
        return _path(np.where(fits, costs.ms + costs.sending_ms, np.inf), stages, np.add)[0]
    first, second = (pace, memory) if objective == "throughput" else (memory, pace)
    _, least = _path(first, stages, np.maximum)
    return _path(np.where(first <= least * SLACK, second, np.inf), stages, np.maximum)[0]


def _path(costs: Array, stages: int, join: np.ufunc) -> tuple[tuple[int, ...] | None, float]:
    """Cuts of least cost, stages' costs [n, n + 1] joined by ``join``, and that cost; None where it is infinite."""
    n = len(costs)
    if stages > n:
        return None, np.inf
    reached = costs[0]
    behind = []
    for _ in range(stages - 1):
        through = join(reached[:n, None], costs)
        behind.append(through.argmin(axis=0))
        reached = through.min(axis=0)
    if not np.isfinite(reached[n]):
        return None, np.inf
    cuts, at = [], n
    for came_from in reversed(behind):
        at = int(came_from[at])
        cuts.append(at)
    return tuple(reversed(cuts)), float(reached[n])
