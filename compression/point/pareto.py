"""Which points no other point beats: pure functions on arrays, directions read once from METRICS."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moocore
import numpy as np
from numpy.typing import NDArray

from compression.errors import UsageError, unknown
from compression.point.certainty import is_comparable
from compression.point.choosing import chooser_of
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
    """The points on the front of metric ``y`` against ``x``, ordered by ``x``.

    ``y`` None is their quality, chosen on validation where that was measured, see ``chooser_of``. A point whose time
    is not certain is on no front of a time or an energy. Raises UsageError for a metric
    that there is not, or a limit that is no number.

    ``limits`` are bounds on the worse side of further metrics (``{"latency_ms": 0.1}``: at most
    0.1 ms; ``{"accuracy": 0.9}``: at least 0.9); a point without that measurement fails the bound.
    """
    for name in (x, *filter(None, [y]), *(limits or {})):
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
    for name, limit in (limits or {}).items():
        if not math.isfinite(limit):
            raise UsageError(f"The limit {name}={limit} can't be: give a finite number.")
    within = [point for point in points if feasible(point, limits or {})]
    if not within:
        return []
    costs = _costs(within, x, y or chooser_of(within))
    kept = np.flatnonzero(front_mask(costs))
    by_x = kept[np.lexsort((costs[kept, 1], costs[kept, 0]))]
    return [within[row] for row in by_x]


def feasible(point: Point, limits: Mapping[str, float]) -> bool:
    """Whether the point keeps every bound; see ``front``. What is not certain keeps none."""
    for metric, limit in limits.items():
        value = point.value(metric) if is_comparable(point, metric) else None
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

    A point off the front is POSSIBLE while the better end of its own interval in ``y`` would put it there: with that
    few test examples, or a time that is not certain, nobody can say. ``y`` None is chosen as in ``front``; an estimate
    that has no validation is then compared with the front by the quality that both have.
    """
    if not points:
        return []
    return Ranks.of(points, x, y).among(np.ones(len(points), dtype=bool)).tolist()


@dataclass(frozen=True)
class Ranks:
    """Points as costs, read once, of which ``among`` says how any part of them stands; see ``standings``."""

    costs: NDArray[np.float64]
    """In ``x`` and in what chooses, N x 2; NaN where it was not measured, or is not certain enough."""
    ends: NDArray[np.float64]
    """In ``x`` and the better end of what chooses."""
    plain: NDArray[np.float64] | None
    """In ``x`` and the quality that estimates have too, where another chooses."""
    plain_ends: NDArray[np.float64] | None
    unjudged: NDArray[np.bool_] | None
    """Which points lack what chooses."""

    @classmethod
    def of(cls, points: Sequence[Point], x: str, y: str | None = None) -> Ranks:
        chooser = y or chooser_of(points)
        costs, ends = _costs(points, x, chooser), _ends(points, x, chooser)
        quality = y or quality_of(points[0].recipe.model).field
        if chooser == quality:
            return cls(costs, ends, None, None, None)
        unjudged = np.array([point.value(chooser) is None for point in points])
        return cls(costs, ends, _costs(points, x, quality), _ends(points, x, quality), unjudged)

    def among(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """ON_FRONT, POSSIBLE or DOMINATED for each of all points; those that are not among ``rows`` are DOMINATED."""
        found = np.full(len(self.costs), DOMINATED)
        kept = np.flatnonzero(rows)
        costs = self.costs[kept]
        on_front = front_mask(costs)
        possible = _reaching(self.ends[kept], costs)
        if self.plain is not None and self.plain_ends is not None and self.unjudged is not None:
            rivals = self.plain[kept][on_front]
            possible |= self.unjudged[kept] & _reaching(self.plain_ends[kept], rivals)
        found[kept] = np.where(on_front, ON_FRONT, np.where(possible, POSSIBLE, DOMINATED))
        return found


def _ends(points: Sequence[Point], x: str, y: str) -> NDArray[np.float64]:
    return np.array([[cost(point, x), _best_case(point, y)] for point in points])


def _reaching(ours: NDArray[np.float64], rivals: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of ``ours`` [N, 2] are as good in the second as all ``rivals`` [M, 2] that certainly cost no more."""
    rivals = rivals[~np.isnan(rivals).any(axis=1)]
    ranked = rivals[np.argsort(rivals[:, 0], kind="stable")]
    best_so_far = np.minimum.accumulate(np.append(np.inf, ranked[:, 1]))
    no_dearer = np.searchsorted(ranked[:, 0], ours[:, 0], side="right")
    return (ours[:, 1] <= best_so_far[no_dearer]) & ~np.isnan(ours).any(axis=1)


def _costs(points: Sequence[Point], x: str, y: str) -> NDArray[np.float64]:
    """Points x two objectives, lower is better; NaN where it was not measured, or is not certain enough to compare."""
    return np.array([[_certain_cost(p, x), _certain_cost(p, y)] for p in points]).reshape(-1, 2)


def _certain_cost(point: Point, metric: str) -> float:
    return cost(point, metric) if is_comparable(point, metric) else float("nan")


def _best_case(point: Point, metric: str) -> float:
    """The better end of the metric's interval, as a cost."""
    measurement, row = point.measurements.get(metric), METRICS[metric]
    if measurement is None or measurement.value is None:
        return float("nan")
    end = measurement.high if row.better == "higher" else measurement.low
    return row.cost(measurement.value if end is None else end)
