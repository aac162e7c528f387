"""A teacher's worth: the same student with and without it, seed by seed, and what that allows to say. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from compression.point import Measurement, Point, quality_of
from compression.point.difference import Difference, difference
from compression.point.digits import written
from compression.recipe import Recipe
from pages.parts.shell.mean_interval import MeanInterval, mean_interval
from pages.parts.shell.quality_words import examples, plain

SEEDS = (0, 1, 2)
"""What the page offers to train."""


@dataclass(frozen=True)
class SeedPair:
    """One seed's accuracies: with a teacher, and with labels alone. None is not trained yet."""

    seed: int
    taught: Measurement | None
    alone: Measurement | None

    @property
    def difference(self) -> Difference | None:
        """What the teacher gave with this seed, and what the examples allow to say of it."""
        return difference(self.taught, self.alone)


def seed_pairs(
    recipe: Recipe, by_key: Mapping[str, Point], seeds: Sequence[int] = SEEDS
) -> list[SeedPair]:
    """The recipe and its control for each seed, as far as they are known."""
    return [
        SeedPair(seed, _quality(asked, by_key), _quality(asked.control, by_key))
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
    """The differences within each seed, in points, and the interval of their mean; None where no seed has both.

    Two things are uncertain, and both count: which seed was drawn (Student's t over the seeds), and which examples
    were, for they are the same for all seeds, so that their part does not shrink with more of them.
    """
    differences = [d for pair in pairs if (d := pair.difference) is not None]
    if not differences:
        return None
    over_seeds = mean_interval([100 * d.value for d in differences])
    below = [d.value - d.low for d in differences if d.low is not None]
    above = [d.high - d.value for d in differences if d.high is not None]
    if over_seeds.low is None or over_seeds.high is None or len(below) < len(differences):
        return over_seeds
    return replace(
        over_seeds,
        low=over_seeds.mean - math.hypot(over_seeds.mean - over_seeds.low, 100 * fmean(below)),
        high=over_seeds.mean + math.hypot(over_seeds.high - over_seeds.mean, 100 * fmean(above)),
    )


def describe(pairs: Sequence[SeedPair]) -> str:
    """The comparison in words, which say no more than seeds and examples allow, and no less."""
    differences = [d for pair in pairs if (d := pair.difference) is not None]
    over_seeds = gain(pairs)
    if over_seeds is None:
        return (
            "Does the teacher help? Train the same student with it and with labels alone: the same start, the same "
            "number of updates, the same labels, three times each."
        )
    said = f"With its teacher {_mean([p.taught for p in pairs])}, with labels alone {_mean([p.alone for p in pairs])}."
    spread = over_seeds.spread
    points = f"{plain(abs(over_seeds.mean), spread=spread)} points"
    way = "more" if over_seeds.mean > 0 else "less"
    if over_seeds.low is None or over_seeds.high is None:
        return f"{said} {_of_one(differences[0], points, way)}"
    n = over_seeds.n
    ends = (plain(end, "+", spread) for end in (over_seeds.low, over_seeds.high))
    interval = f"95 % interval {' to '.join(ends)}, {n} seeds"
    if over_seeds.is_clear:
        verdict = "is worth" if over_seeds.mean > 0 else "costs"
        return f"{said} **The teacher {verdict} {points} here** ({interval})."
    if all(d.is_clear and (d.value > 0) == (over_seeds.mean > 0) for d in differences):
        return (
            f"{said} **{points} {way} on average, and {way} with each of the {n} seeds**, every time by more than "
            f"the examples' chance. How much another seed would give is not known yet ({interval})."
        )
    return f"{said} **No difference that {n} seeds and {examples(differences[0].n)} can show** ({interval})."


def _of_one(difference: Difference, points: str, way: str) -> str:
    """A single seed shows what became of it, not what would of another."""
    if difference.is_known and not difference.is_clear:
        return f"No difference for one seed that {examples(difference.n)} can show: train the other seeds."
    return f"{points} {way} for one seed; whether others agree is not known: train them."


def _mean(values: Sequence[Measurement | None]) -> str:
    interval = mean_interval(
        [100 * m.value for m in values if m is not None and m.value is not None]
    )
    said = written(interval.mean, interval.deviation, usual=1)
    if not interval.deviation:
        return f"{said} %"
    return f"{said} ± {written(interval.deviation, interval.deviation, usual=1)} %"


def _quality(recipe: Recipe | None, by_key: Mapping[str, Point]) -> Measurement | None:
    point = None if recipe is None else by_key.get(recipe.key)
    return None if point is None else point.measurements.get(quality_of(point.recipe.model).field)
