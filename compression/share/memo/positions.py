"""What the memo's slider can be moved to: other bounds of the question, each decided when the memo was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compression.decide import Decision, decide
from compression.point import METRICS, Point

LOSSES = tuple(round(0.1 * tenth, 1) for tenth in (*range(31), *range(35, 101, 5)))
"""Points that may be lost: in tenths up to three, then in halves."""

SHARES = tuple(round(0.05 * step, 2) for step in range(2, 21)) + tuple(
    1 + 0.1 * step for step in range(1, 11)
)
"""Of the question's own bound, for a limit on a cost."""


@dataclass(frozen=True)
class Position:
    """One place of the slider: the bound in words, and the decision there."""

    said: str
    decision: Decision


@dataclass(frozen=True)
class Slider:
    """The bound that may be moved, its places, and where the memo's own question stands."""

    label: str
    positions: tuple[Position, ...]
    at: int


def slider_of(points: Sequence[Point], original: Point | None, decision: Decision) -> Slider:
    """Over what may be lost; where only costs are limited, over the first limit."""
    question = decision.question
    if question.most_lost is None and question.limits:
        return _over_a_limit(points, original, decision)
    asked = question.most_lost
    losses = sorted({*LOSSES, asked} if asked is not None else {*LOSSES})
    unit = "points" if question.quality.style == "percent" else "%"
    places = tuple(
        Position(
            f"{loss:g} point" if loss == 1 and unit == "points" else f"{loss:g} {unit}",
            decision if loss == asked else decide(points, original, replace(question, lose=loss)),
        )
        for loss in losses
    )
    at = losses.index(asked if asked is not None else 1.0)
    return Slider("May be lost at most", places, at)


def _over_a_limit(points: Sequence[Point], original: Point | None, decision: Decision) -> Slider:
    question = decision.question
    name, bound = next(iter(question.limits.items()))
    metric = METRICS[name]
    places = []
    for share in SHARES:
        limits = {**question.limits, name: share * bound}
        found = (
            decision if share == 1 else decide(points, original, replace(question, limits=limits))
        )
        places.append(Position(metric.text(share * bound), found))
    way = "most" if metric.better == "lower" else "least"
    return Slider(f"{metric.label} at {way}", tuple(places), SHARES.index(1.0))
