"""How good the front is as a whole, in a line beneath the plots. Pure text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compression.decide.bounds import in_sentence
from compression.point import METRICS, Point
from compression.point.choosing import chooser_of
from compression.point.hypervolume import hypervolume
from compression.point.knees import main_knee
from compression.point.pareto import cost, front
from pages.parts.shell.words import named

TIMES, LOST = 100.0, 10.0
"""The rectangle that a front's hypervolume is a share of: a hundredth of the original's cost, and ten points lost."""


def front_words(points: Sequence[Point], original: Point | None, x: str) -> str:
    """``17 points on the front of size; it fills 61 % of ...; it bends at ...``."""
    own = [p for p in points if original is None or p.recipe.model == original.recipe.model]
    best = front(own, x)
    metric = in_sentence(METRICS[x])
    said = f"{len(best)} point{'' if len(best) == 1 else 's'} on the front of {metric}"
    if original is None or not best:
        return f"{said}."
    share, knee = volume(best, original, x), main_knee(best, original, x)
    if share is not None:
        said += (
            f"; its hypervolume is {100 * share:.0f} % of the room from the original to {TIMES:g}x less {metric} "
            f"and {LOST:g} points lost"
        )
    return f"{said}; its knee is {named(knee.recipe)}." if knee else f"{said}."


def volume(best: Sequence[Point], original: Point, x: str) -> float | None:
    """The share of that room which the front dominates; None where cost or quality have no such room."""
    chooser, whole = chooser_of([*best, original]), original.value(x)
    if METRICS[chooser].style != "percent" or METRICS[x].better != "lower" or not whole:
        return None
    before, costs = cost(original, chooser), []
    for point in best:
        value, quality = point.value(x), cost(point, chooser)
        if value and value > 0 and math.isfinite(quality):
            saved = min(math.log(whole / value), math.log(TIMES))
            costs.append((-saved, max(0.0, 100 * (quality - before))))
    return hypervolume(costs, (0.0, LOST)) / (LOST * math.log(TIMES))
