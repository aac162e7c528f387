"""How long a recipe will take, from how long others of its kind took: here, or where the bundled points were made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

from compression.point.point import Point
from compression.recipe import Recipe

LATEST = 30
"""Points of a kind that are looked at: what a machine took long ago says less."""

PAUSE_SECONDS = 60.0
"""A longer time between two bundled points is a pause, not a measurement."""

Source = Literal["here", "bundled"]
Kind = tuple[str, bool]
"""The technique, and whether it trains."""

Trainings = Mapping[str, tuple[float, float]]
"""Bundled seconds of a training by technique: what it takes at all, and what each epoch adds. ``OTHERS`` is for those
that are not named."""

OTHERS = "others"


@dataclass(frozen=True)
class Expected:
    """So many seconds, of one worker; where such were measured."""

    seconds: float
    source: Source


class Paces:
    """How long recipes of one model took: what was timed here says how much slower or faster this machine is."""

    def __init__(self, points: Iterable[Point], trainings: Trainings) -> None:
        known = sorted(points, key=lambda point: point.created)
        self._trainings = trainings
        self._bundled = _between_bundled(known)
        self._ratios = self._measured_against_told(known)

    def of(self, recipe: Recipe) -> Expected | None:
        """None where nothing alike was timed anywhere."""
        told, ratio = self._told(recipe), self._ratios.get(_kind(recipe))
        if ratio is not None:
            return Expected((told or _epochs(recipe)) * ratio, "here")
        return None if told is None else Expected(told, "bundled")

    def of_all(self, recipes: Iterable[Recipe], workers: int) -> Expected | None:
        """Several, of which as many as there are workers are made at once; None if one of them can't be told."""
        each = [self.of(recipe) for recipe in recipes]
        told = [one for one in each if one is not None]
        if not told or len(told) < len(each):
            return None
        source: Source = "here" if all(one.source == "here" for one in told) else "bundled"
        at_once = max(1, min(workers, len(told)))
        return Expected(sum(one.seconds for one in told) / at_once, source)

    def _told(self, recipe: Recipe) -> float | None:
        """What the bundled times say."""
        if not recipe.is_trained:
            return self._bundled.get(_kind(recipe), self._bundled.get(("chain", False)))
        seconds = 0.0
        for step in recipe.steps:
            if step.is_trained:
                times = self._trainings.get(step.technique, self._trainings.get(OTHERS))
                if times is None:
                    return None
                seconds += times[0] + times[1] * float(getattr(step, "epochs", 1.0))
        return seconds

    def _measured_against_told(self, points: Iterable[Point]) -> dict[Kind, float]:
        """By kind, how many times longer its points took here than the bundled times say."""
        ratios: dict[Kind, list[float]] = defaultdict(list)
        for point in points:
            if point.origin == "here" and point.stage == "full" and point.seconds is not None:
                told = self._told(point.recipe) or _epochs(point.recipe)
                ratios[_kind(point.recipe)].append(point.seconds / told)
        return {kind: median(each[-LATEST:]) for kind, each in ratios.items()}


def _kind(recipe: Recipe) -> Kind:
    return recipe.technique, recipe.is_trained


def _epochs(recipe: Recipe) -> float:
    """Of all that trains; 1 where nothing does."""
    return sum(float(getattr(s, "epochs", 1.0)) for s in recipe.steps if s.is_trained) or 1.0


def _between_bundled(points: Iterable[Point]) -> dict[Kind, float]:
    """Bundled points were made in a row, so the time between two is about that of one: enough for a first guess.

    Not of trained ones: their students were kept, and are measured again without a training.
    """
    bundled = [point for point in points if point.origin == "bundled"]
    between: dict[Kind, list[float]] = defaultdict(list)
    for before, point in zip(bundled, bundled[1:], strict=False):
        seconds = (point.created - before.created).total_seconds()
        if seconds < PAUSE_SECONDS and not point.recipe.is_trained:
            between[_kind(point.recipe)].append(seconds)
    return {kind: median(seconds) for kind, seconds in between.items()}
