"""The figures of several points beside those of the first: which are better, and which the error leaves alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compression.point import METRICS, Metric, Point, headline_costs, quality_of
from compression.point.certainty import is_timed
from compression.point.difference import difference, pace
from compression.point.relative import relative_to

Verdict = Literal["first", "better", "worse", "same", "alike", "unsure", "unknown"]
"""``alike``: the error leaves no difference out; ``unsure``: there is no interval to tell by."""

_OF_PACE: dict[str | None, Verdict] = {
    "faster": "better", "surely faster": "better", "slower": "worse", "surely slower": "worse",
    "level": "alike", "unknown": "unsure", None: "unknown",
}  # fmt: skip


@dataclass(frozen=True)
class FigureRow:
    metric: Metric
    verdicts: tuple[Verdict, ...]
    """One a point, against the first."""

    @property
    def differs(self) -> bool:
        return any(verdict in ("better", "worse", "unsure") for verdict in self.verdicts)


def figure_rows(points: Sequence[Point]) -> tuple[FigureRow, ...]:
    """A row for each figure that any of the points has: the quality first, then the cards' costs, then the rest."""
    first = points[0]
    usual = (quality_of(first.recipe.model), *headline_costs())
    order = {metric.field: metric for metric in (*usual, *METRICS.values())}
    rows = (
        FigureRow(metric, tuple(verdict(metric, point, first) for point in points))
        for metric in order.values()
    )
    return tuple(row for row in rows if any(verdict != "unknown" for verdict in row.verdicts))


def verdict(metric: Metric, point: Point, first: Point) -> Verdict:
    """How the point's figure stands to the first one's, by the rule of `compression/point/difference.py`."""
    value, before = point.value(metric.field), first.value(metric.field)
    if value is None or (point is not first and before is None):
        return "unknown"
    if point is first or before is None:
        return "first"
    if is_timed(metric.field):
        return _OF_PACE[pace(relative_to(point, first).measurements.get("speedup"))]
    better: Verdict = "better" if metric.cost(value) < metric.cost(before) else "worse"
    if value == before:
        return "same"
    if not (metric.is_quality or metric.style == "percent"):
        return better
    told = difference(point.measurements[metric.field], first.measurements[metric.field])
    if told is None or not told.is_known:
        return "unsure"
    return better if told.is_clear else "alike"
