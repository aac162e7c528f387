"""What a compressed model has lost, and how pictures stretch it: small losses are what is decided about. Torch-free."""

from __future__ import annotations

import math

from compression.point.point import Point
from compression.point.quality import quality_of

LINEAR = 0.5
"""Points; as in `assets/plots/lost.js`, so that a small picture has the shape of a large one."""


def points_lost(point: Point, original: Point) -> float | None:
    """Percentage points of a share, percent of any other quality; negative where it is better. None: not measured."""
    metric, before, after = quality_of(point.recipe.model), original.quality, point.quality
    if before is None or after is None:
        return None
    lost = metric.cost(after) - metric.cost(before)
    return 100 * (lost if metric.style == "percent" else lost / (abs(before) or 1.0))


def stretched(lost: float, worst: float) -> float:
    """Where a loss stands between 0 (nothing lost) and 1 (``worst``); a gain stands above 0.

    Linear below LINEAR, logarithmic far above.
    """
    return math.asinh(lost / LINEAR) / math.asinh(max(worst, 1e-9) / LINEAR)
