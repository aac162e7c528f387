"""The estimate that would be the answer if it held: told, but never chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compression.decide.aims import Aim
from compression.decide.bounds import bounds_of, point_of_quality
from compression.decide.columns import Columns
from compression.decide.nearest import keeps_all
from compression.decide.question import Question
from compression.point import METRICS, Point


def best_estimate(
    points: Sequence[Point], original: Point | None, question: Question, choice: Point | None
) -> Point | None:
    """The best estimate that keeps all limits and is better than the choice, by the test figure that both have."""
    estimates = [point for point in points if point.stage != "full"]
    if not estimates:
        return None
    quality = question.quality.field
    if question.most_lost is not None and (original is None or original.value(quality) is None):
        return None
    beside = [*estimates, *([choice] if choice else [])]
    costs = (question.axis, quality, *question.limits, *question.guards, *(question.worth or {}))
    columns = Columns.of(beside, original, costs=costs, qualities=[quality], device=question.device)
    bounds = bounds_of(question, columns, original, quality)
    aim = Aim.of(question, columns, quality, point_of_quality(METRICS[quality], original))
    known = ~np.isnan(np.array(aim.costs)).any(axis=0) & ~columns.is_full
    allowed = keeps_all(bounds, known)
    if choice is not None:
        allowed &= aim.better(len(beside) - 1)
    row = aim.best(columns, allowed)
    return None if row is None else beside[row]
