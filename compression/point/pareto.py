"""Which points no other point beats: pure functions on arrays, directions read once from METRICS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

from compression.errors import unknown
from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.point.quality import quality_of


def front_mask(costs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows of ``costs`` (points x objectives, lower is better) no other row dominates.

    A row dominates another if it is nowhere worse and somewhere better; equal rows are all kept.
    Rows with a NaN are never on the front.
    """
    known = ~np.isnan(costs).any(axis=1)
    mask = np.zeros(len(costs), dtype=bool)
    # Without the NaNs, which moocore lets beat others; about 1 ms at 10,000 points, and 10 ms to import.
    mask[known] = moocore.is_nondominated(costs[known], keep_weakly=True)
    return mask


def front(
    points: Sequence[Point],
    x: str,
    y: str | None = None,
    limits: Mapping[str, float] | None = None,
) -> list[Point]:
    """The points on the front of metric ``y`` against ``x``, ordered by ``x``; ``y`` None is their quality.

    ``limits`` are bounds on the worse side of further metrics (``{"latency_ms": 0.1}``: at most
    0.1 ms; ``{"accuracy": 0.9}``: at least 0.9); a point without that measurement fails the bound.
    """
    for name in (x, *filter(None, [y]), *(limits or {})):
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
    within = [point for point in points if feasible(point, limits or {})]
    if not within:
        return []
    costs = _costs(within, x, y)
    kept = np.flatnonzero(front_mask(costs))
    by_x = kept[np.lexsort((costs[kept, 1], costs[kept, 0]))]
    return [within[row] for row in by_x]


def feasible(point: Point, limits: Mapping[str, float]) -> bool:
    """Whether the point keeps every bound; see ``front``."""
    for metric, limit in limits.items():
        value = point.value(metric)
        if value is None or METRICS[metric].cost(value) > METRICS[metric].cost(limit):
            return False
    return True


def cost(point: Point, metric: str) -> float:
    """The metric as a cost (lower is better); NaN where it was not measured."""
    value = point.value(metric)
    return float("nan") if value is None else METRICS[metric].cost(value)


DOMINATED, POSSIBLE, ON_FRONT = 0, 1, 2


def standings(points: Sequence[Point], x: str, y: str | None = None) -> list[int]:
    """How each point stands against the front of ``y`` over ``x``: ON_FRONT, POSSIBLE or DOMINATED.

    A dominated point is POSSIBLE while the better end of its own interval in ``y`` would put it on
    the front: with that few test examples, nobody can say. ``y`` None is the quality of the points' model.
    """
    if not points:
        return []
    costs = _costs(points, x, y)
    hopeful = [_best_case(point, y or _quality(points)) for point in points]
    on_front = front_mask(costs)
    order = np.lexsort((costs[:, 1], costs[:, 0]))
    ranked = costs[order]
    best_so_far = np.minimum.accumulate(np.where(np.isnan(ranked[:, 1]), np.inf, ranked[:, 1]))
    last_not_larger = np.searchsorted(ranked[:, 0], costs[:, 0], side="right") - 1
    possible = np.array(hopeful) <= best_so_far[last_not_larger]
    known = ~np.isnan(costs).any(axis=1)
    return np.where(on_front, ON_FRONT, np.where(possible & known, POSSIBLE, DOMINATED)).tolist()


def _costs(points: Sequence[Point], x: str, y: str | None) -> NDArray[np.float64]:
    """Points x two objectives, lower is better."""
    y = y or _quality(points)
    return np.array([[cost(point, x), cost(point, y)] for point in points])


def _quality(points: Sequence[Point]) -> str:
    """The quality of the model that these are points of."""
    return quality_of(points[0].recipe.model).field


def _best_case(point: Point, metric: str) -> float:
    """The better end of the metric's interval, as a cost."""
    measurement, row = point.measurements.get(metric), METRICS[metric]
    if measurement is None or measurement.value is None:
        return float("nan")
    end = measurement.high if row.better == "higher" else measurement.low
    return row.cost(measurement.value if end is None else end)
