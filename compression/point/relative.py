"""A point seen from another one than the original: how much faster it is than that. Torch-free."""

from __future__ import annotations

from compression.point.point import Measurement, Point


def relative_to(point: Point, other: Point) -> Point:
    """The point with its speed-up against ``other``, of the two that were each timed in turns with the original.

    Points of one graph take the same time, exactly. Else the interval has room for both to be off at once, so that what
    it leaves out is surely not so; without a timing of both there is no speed-up.
    """
    mine, theirs = point.measurements.get("speedup"), other.measurements.get("speedup")
    measurements = {name: m for name, m in point.measurements.items() if name != "speedup"}
    if point.key == other.key or (point.graph and point.graph == other.graph):
        measurements["speedup"] = _ratio(1.0, 1.0, 1.0)
    elif mine and theirs and mine.value and theirs.value:
        ends = (mine.low, mine.high, theirs.low, theirs.high)
        low, high = None, None
        if all(end for end in ends):
            low, high = (mine.low or 0) / (theirs.high or 1), (mine.high or 0) / (theirs.low or 1)
        measurements["speedup"] = _ratio(mine.value / theirs.value, low, high)
    return point.model_copy(update={"measurements": measurements})


def _ratio(value: float, low: float | None, high: float | None) -> Measurement:
    return Measurement(value=value, unit="1", how="modelled", low=low, high=high)
