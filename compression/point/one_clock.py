"""Points of other moments and machines on one time axis: a latency means little without the original's.

Machines are shared and clocks change: the same model was seen at 0.027 and 0.046 ms within minutes.
What survives is the speed-up, timed in turns with the original. So times are shown as that ratio
times ONE latency of the original, the one known best: measured here if it was, else the bundled one.
"""

from __future__ import annotations

from collections.abc import Sequence

from compression.point.metrics import METRICS
from compression.point.point import Measurement, Point

ORIGINS = ("here", "bundled", "elsewhere")
"""Whose timing is believed first: what somebody else says speaks for their own points alone, while others do."""

NOTE = (
    "Shown as the speed-up, timed in turns with the original, times the original's latency{where}."
)


def on_one_clock(
    points: Sequence[Point], original: Point | None, among: Sequence[Point] = ()
) -> list[Point]:
    """``points`` with their times relative to one latency of the original.

    Points of one graph take the same time, so they share the timing that is known best: a full one, made here, with
    the narrowest speed-up, of theirs and of those ``among``. A bundled timing becomes modelled when the original's
    latency was measured here.
    """
    reference = None if original is None else original.value("latency_ms")
    if original is None or not reference:
        return list(points)
    is_here = original.origin == "here"
    graphs = {point.graph for point in points}
    rivals = [point for point in (*among, *points) if point.graph in graphs]
    best = {**_best_known(rivals), original.graph: original}
    best.pop("", None)  # points of earlier versions don't tell their graph
    return [
        point
        if point.key == original.key
        else _scaled(point, best.get(point.graph, point), reference, is_here=is_here)
        for point in points
    ]


def _best_known(points: Sequence[Point]) -> dict[str, Point]:
    """By graph, the point whose timing speaks for all of that graph."""
    best: dict[str, Point] = {}
    for point in points:
        if not point.value("latency_ms") or not point.value("speedup"):
            continue
        other = best.get(point.graph)
        if other is None or _rank(point) < _rank(other):
            best[point.graph] = point
    return best


def _rank(point: Point) -> tuple[object, ...]:
    speedup = point.measurements["speedup"]
    low, high = speedup.low, speedup.high
    width = high / low if low and high and low > 0 else float("inf")
    return point.stage != "full", ORIGINS.index(point.origin), width, point.key


def _scaled(point: Point, timed: Point, reference: float, *, is_here: bool) -> Point:
    """The point with the times of ``timed`` on the clock; its own note says why it is as fast as it is."""
    latency, speedup = timed.measurements.get("latency_ms"), timed.measurements.get("speedup")
    if latency is None or speedup is None or not latency.value or not speedup.value:
        return point
    factor = reference / speedup.value / latency.value
    moved = is_here and timed.origin != "here"
    scaled = {
        name: _times(measurement, factor**power, moved=moved)
        for name, measurement in timed.measurements.items()
        if (power := METRICS[name].power_of_time)
    }
    own = point.measurements.get("speedup", speedup)
    shared = speedup.model_copy(update={"note": own.note})
    return point.model_copy(
        update={"measurements": {**point.measurements, **scaled, "speedup": shared}}
    )


def _times(measurement: Measurement, factor: float, *, moved: bool) -> Measurement:
    ends = {
        name: value * factor
        for name in ("value", "low", "high")
        if (value := getattr(measurement, name)) is not None
    }
    note = NOTE.format(where=" on this machine" if moved else "")
    if note in measurement.note:  # it was brought here before
        note = ""
    how = "modelled" if moved else measurement.how
    return measurement.model_copy(
        update={**ends, "how": how, "note": _after(measurement.note, note)}
    )


def _after(one: str, other: str) -> str:
    """Two notes as sentences."""
    return f"{one.rstrip('.')}. {other}" if one and other else one or other
