"""How well a time is known, so that no front is decided by the moment at which something was timed. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping

from compression.point.metrics import METRICS
from compression.point.point import Measurement, Point

WIDEST = 1.25
"""An interval whose high is more than so many times its low decides nothing: calm machines reach 1.05."""

BUSY = "the machine was busy"
"""Stands in the note of a latency most of whose rounds were disturbed."""


def is_certain(measurement: Measurement) -> bool:
    """Whether the interval is at most WIDEST from end to end; where there is none, nothing speaks against it."""
    low, high = measurement.low, measurement.high
    return low is None or high is None or 0 < high <= WIDEST * low


def is_timed(metric: str) -> bool:
    """Whether the metric hangs on how long something took."""
    return metric == "speedup" or METRICS[metric].power_of_time != 0


def is_comparable(point: Point, metric: str) -> bool:
    """Whether the point's figure may decide a front: a time or an energy is known as well as the speed-up is.

    The latency's own interval counts only without a speed-up: all times of a model share the original's clock. Times
    on a device are modelled, all by one rule whose error is mostly theirs together, so that they have an order.
    """
    speedup = point.measurements.get("speedup")
    if not is_timed(metric) or (speedup is not None and speedup.how == "modelled"):
        return True
    known = speedup or point.measurements.get(metric)
    return known is None or is_certain(known)


def is_disturbed(measurements: Mapping[str, Measurement]) -> bool:
    """Whether the machine did something else while these were timed: they say so, or the speed-up is not certain."""
    latency, speedup = measurements.get("latency_ms"), measurements.get("speedup")
    said = latency is not None and BUSY in latency.note
    known = latency if speedup is None else speedup
    return said or (known is not None and not is_certain(known))
