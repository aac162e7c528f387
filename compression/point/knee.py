"""Where a front bends: from there on each further saving costs much more than the one before. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compression.point.lost import points_lost, stretched
from compression.point.metrics import METRICS
from compression.point.point import Point


def knee(best: Sequence[Point], original: Point, x: str = "size_bytes") -> Point | None:
    """Of a front the point farthest from the straight line between the axes' ends, as plots draw them; None if none.

    After Das, 1999, Structural Optimization 18:107, with the line from (nothing lost, the original's cost) to
    (the worst loss, the least cost); only what costs less than the original can be it.
    """
    before = original.value(x)
    if before is None or METRICS[x].better != "lower" or before <= 0:
        return None
    there = [
        (point, lost, cost)
        for point in best
        if (lost := points_lost(point, original)) is not None
        and (cost := point.value(x)) is not None
        and 0 < cost < before
    ]
    if not there:
        return None
    worst = max(max(lost for _, lost, _ in there), 1.0)
    least = min(cost for *_, cost in there)
    width = math.log(before / least) or 1.0

    def gained(row: tuple[Point, float, float]) -> float:
        _, lost, cost = row
        return math.log(before / cost) / width - stretched(lost, worst)

    return max(there, key=gained)[0]
