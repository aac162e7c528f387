"""Bundled points on this machine's axes: times made on another machine can't be compared as they are.

Both machines measured the original, so a bundled latency is multiplied by the ratio of the two
originals' latencies. The result is a model, and is marked as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from compression.point import Measurement, Point

GROWS_WITH_LATENCY = {"latency_ms": 1, "latency_p90_ms": 1, "energy_mj": 1, "throughput_per_s": -1}
"""The metrics that depend on the machine's speed, and their power of it."""

NOTE = "Measured on another machine, scaled by the original's latency there and here."


def on_this_machine(points: Sequence[Point], here: Point | None, there: Point | None) -> list[Point]:
    """``points`` with the bundled ones' times scaled; ``here`` and ``there`` are the two originals.

    Without both originals' latencies nothing is changed.
    """
    now = None if here is None or here.origin == "bundled" else here.value("latency_ms")
    before = None if there is None else there.value("latency_ms")
    if not now or not before:
        return list(points)
    ratio = now / before
    return [_scaled(point, ratio) if point.origin == "bundled" else point for point in points]


def _scaled(point: Point, ratio: float) -> Point:
    scaled = {
        name: _times(measurement, ratio ** GROWS_WITH_LATENCY[name])
        for name, measurement in point.measurements.items()
        if name in GROWS_WITH_LATENCY
    }
    return point.model_copy(update={"measurements": {**point.measurements, **scaled}})


def _times(measurement: Measurement, factor: float) -> Measurement:
    ends = {
        name: value * factor
        for name in ("value", "low", "high")
        if (value := getattr(measurement, name)) is not None
    }
    note = " ".join(filter(None, (measurement.note, NOTE)))
    return measurement.model_copy(update={**ends, "how": "modelled", "note": note})
