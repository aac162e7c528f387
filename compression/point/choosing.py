"""By which figure points are chosen for their quality: one that the reported figure has no part in. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence

from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.point.quality import quality_of


def chooser_of(points: Sequence[Point]) -> str:
    """The metric that chooses among points of one model: its quality on validation if all full points have it.

    Whoever picks the best of many by a figure finds it too good afterwards, so what is reported has no say. Estimates
    have no validation: they choose only where there is nothing else.
    """
    quality = quality_of(points[0].recipe.model).field
    full = [p for p in points if p.stage == "full" and p.value(quality) is not None]
    for name, metric in METRICS.items():
        if metric.chooses == quality and full and all(p.value(name) is not None for p in full):
            return name
    return quality
