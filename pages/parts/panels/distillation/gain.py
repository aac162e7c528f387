"""A teacher's worth: the same student with and without it, seed by seed, and what that allows to say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compression.point import Point
from compression.recipe import Recipe
from pages.parts.shell.mean_interval import MeanInterval, mean_interval

SEEDS = (0, 1, 2)
"""What the page offers to train."""


@dataclass(frozen=True)
class SeedPair:
    """One seed's accuracies, in percent: with a teacher, and with labels alone. None is not trained yet."""

    seed: int
    taught: float | None
    alone: float | None


def seed_pairs(
    recipe: Recipe, by_key: Mapping[str, Point], seeds: Sequence[int] = SEEDS
) -> list[SeedPair]:
    """The recipe and its control for each seed, as far as they are known."""
    return [
        SeedPair(seed, _percent(asked, by_key), _percent(asked.control, by_key))
        for seed in seeds
        for asked in [recipe.model_copy(update={"seed": seed})]
    ]


def missing(recipe: Recipe, by_key: Mapping[str, Point]) -> list[Recipe]:
    """The trainings that a comparison over all seeds still needs, seed by seed."""
    wanted = [
        asked
        for seed in SEEDS
        for taught in [recipe.model_copy(update={"seed": seed})]
        for asked in (taught, taught.control)
        if asked is not None
    ]
    return [asked for asked in wanted if asked.key not in by_key]


def gain(pairs: Sequence[SeedPair]) -> MeanInterval | None:
    """The differences within each seed, in points; None where no seed has both."""
    gains = [p.taught - p.alone for p in pairs if p.taught is not None and p.alone is not None]
    return mean_interval(gains) if gains else None


def describe(pairs: Sequence[SeedPair]) -> str:
    """The comparison in words, which say no more than the seeds allow."""
    difference = gain(pairs)
    if difference is None:
        return (
            "Does the teacher help? Train the same student with it and with labels alone: the same start, the same "
            "number of updates, the same labels, three times each."
        )
    taught = _mean([p.taught for p in pairs if p.taught is not None])
    alone = _mean([p.alone for p in pairs if p.alone is not None])
    said = f"With its teacher {taught}, with labels alone {alone}."
    points = f"{abs(difference.mean):.1f} points"
    if difference.low is None or difference.high is None:
        way = "more" if difference.mean >= 0 else "less"
        return f"{said} {points} {way} for one seed: chance alone can do that, so train the other seeds."
    interval = f"95 % interval {_signed(difference.low)} to {_signed(difference.high)}, {difference.n} seeds"
    if not difference.is_clear:
        return f"{said} **No difference can be told from chance:** {_signed(difference.mean)} points ({interval})."
    verdict = "is worth" if difference.mean > 0 else "costs"
    return f"{said} **The teacher {verdict} {points} here** ({interval})."


def _mean(values: Sequence[float]) -> str:
    interval = mean_interval(values)
    deviation = "" if interval.deviation is None else f" ± {interval.deviation:.1f}"
    return f"{interval.mean:.1f}{deviation} %"


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")


def _percent(recipe: Recipe | None, by_key: Mapping[str, Point]) -> float | None:
    point = None if recipe is None else by_key.get(recipe.key)
    quality = None if point is None else point.quality
    return None if quality is None else 100 * quality
