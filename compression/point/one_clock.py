"""Points of other moments and machines on one time axis: a latency means little without the original's.

Machines are shared and clocks change: the same model was seen at 0.027 and 0.046 ms within minutes.
What survives is the speed-up, timed in turns with the original. So times are shown as that ratio
times ONE latency of the original, the one known best: measured here if it was, else the bundled one.
"""

from __future__ import annotations

from collections.abc import Sequence

from compression.point.metrics import METRICS
from compression.point.point import Measurement, Point

NOTE = (
    "Shown as the speed-up, timed in turns with the original, times the original's latency{where}."
)


def on_one_clock(points: Sequence[Point], original: Point | None) -> list[Point]:
    """``points`` with their times relative to one latency of the original.

    A bundled point's times become modelled when the original's latency was measured here.
    """
    reference = None if original is None else original.value("latency_ms")
    if original is None or not reference:
        return list(points)
    is_here = original.origin == "here"
    return [
        point if point.key == original.key else _scaled(point, reference, is_here=is_here)
        for point in points
    ]


def _scaled(point: Point, reference: float, *, is_here: bool) -> Point:
    latency, speedup = point.value("latency_ms"), point.value("speedup")
    if not latency or not speedup:
        return point
    factor = reference / speedup / latency
    moved = is_here and point.origin == "bundled"
    scaled = {
        name: _times(measurement, factor**power, moved=moved)
        for name, measurement in point.measurements.items()
        if (power := METRICS[name].power_of_time)
    }
    return point.model_copy(update={"measurements": {**point.measurements, **scaled}})


def _times(measurement: Measurement, factor: float, *, moved: bool) -> Measurement:
    ends = {
        name: value * factor
        for name in ("value", "low", "high")
        if (value := getattr(measurement, name)) is not None
    }
    note = NOTE.format(where=" on this machine" if moved else "")
    how = "modelled" if moved else measurement.how
    return measurement.model_copy(
        update={**ends, "how": how, "note": " ".join(filter(None, (measurement.note, note)))}
    )
