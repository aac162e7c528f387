"""What a chain does beyond its single steps: losses that should add up, sizes that should multiply, and what happened.

The rule is the plainest there is, so that what departs from it can be named: points lost add, size ratios multiply.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from compression.point import Point, quality_of
from compression.recipe import Recipe

Interaction = Literal["adds up", "hurts more", "hurts less", "unsure"]

RULE = "Predicted: points lost add up, and size ratios multiply, each as the step does it alone."


@dataclass(frozen=True)
class ChainEffect:
    """A chain whose steps were all measured alone; losses in the quality's own unit, above 0 for worse."""

    point: Point
    singles: tuple[Point, ...]
    predicted_loss: float
    loss: float
    spread: float | None
    """Half of the 95 % interval of the difference of the two; None where a figure has no interval."""
    predicted_size: float
    size: float
    """Of the original's size, both."""

    @property
    def beyond(self) -> float:
        """How much more is lost than predicted."""
        return self.loss - self.predicted_loss

    @property
    def interaction(self) -> Interaction:
        if self.spread is None:
            return "unsure"
        if abs(self.beyond) <= self.spread:
            return "adds up"
        return "hurts more" if self.beyond > 0 else "hurts less"


def chain_effects(
    points: Iterable[Point], by_key: Mapping[str, Point], original: Point | None
) -> tuple[ChainEffect, ...]:
    """Those that can be told, the one that departs most from its prediction first."""
    found = (
        effect
        for point in points
        if len(point.recipe.steps) > 1 and (effect := chain_effect(point, by_key, original))
    )
    return tuple(sorted(found, key=lambda effect: -abs(effect.beyond)))


def chain_effect(
    point: Point, by_key: Mapping[str, Point], original: Point | None
) -> ChainEffect | None:
    """None where a step was not measured alone, or a figure is missing."""
    recipe = point.recipe
    alone = [
        by_key.get(Recipe(model=recipe.model, steps=(step,), seed=recipe.seed).key)
        for step in recipe.steps
    ]
    singles = tuple(one for one in alone if one is not None)
    if original is None or len(singles) < len(alone):
        return None
    everyone = (original, point, *singles)
    qualities = [one.quality for one in everyone]
    sizes = [one.value("size_bytes") for one in everyone]
    if not all(q is not None for q in qualities) or not all(sizes):
        return None
    cost = quality_of(recipe.model).cost
    first, last, *parts = (cost(quality or 0.0) for quality in qualities)
    before, after, *small = (size or 1.0 for size in sizes)
    return ChainEffect(
        point,
        singles,
        predicted_loss=sum(part - first for part in parts),
        loss=last - first,
        spread=_spread(point, singles, original),
        predicted_size=math.prod(size / before for size in small),
        size=after / before,
    )


def _spread(point: Point, singles: tuple[Point, ...], original: Point) -> float | None:
    """Of measured less predicted: the original counts once less than there are steps, the others once each."""
    halves = [_half(one) for one in (point, *singles)]
    first = _half(original)
    if first is None or None in halves:
        return None
    return math.hypot(*(half or 0.0 for half in halves), (len(singles) - 1) * first)


def _half(point: Point) -> float | None:
    measured = point.measurements.get(quality_of(point.recipe.model).field)
    if measured is None or measured.low is None or measured.high is None:
        return None
    return (measured.high - measured.low) / 2
