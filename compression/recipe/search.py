"""Samplers that go by what was measured: a few recipes drawn, then those where the front may grow. Torch-free.

Where to look is asked of `compression.recipe.proposals`, by a function that may answer elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import ClassVar

from compression.errors import UsageError
from compression.recipe.axes import Axes, Place
from compression.recipe.goal import Goal
from compression.recipe.listed import shuffled
from compression.recipe.proposals import Propose, Question, Told, is_installed, propose
from compression.recipe.recipe import Recipe
from compression.recipe.sampler import Measured, Sampler, bounded
from compression.recipe.space import Space

STARTUP, BATCH = 10, 4

GENERATIONS = 8
"""Of a genetic algorithm, the first drawn: 4 to 20 do about as well on the chains of `tests/benchmarks/search`."""

DRAWS = 20_000
"""How many settings are looked at for one that is new and whose knobs go together."""


class SearchSampler(Sampler):
    """Asks in batches that don't hang on how many workers there are: with one seed, the same recipes everywhere.

    The first settings are those that a random sweep of that seed would draw. No setting is asked for
    twice, not even one that failed; one whose knobs don't go together counts as known, and costs nothing.
    """

    name: ClassVar[str]
    most: ClassVar[int] = 1000
    """Points of one search: each costs the more thought, the more are known."""

    def __init__(
        self,
        space: Space,
        points: int | None,
        goal: Goal | None = None,
        propose: Propose = propose,
    ) -> None:
        super().__init__(space, points, goal, propose)
        self._axes = Axes(space)
        self._told: list[Told] = []
        self._taken: set[Place] = set()
        self._pending: dict[Place, tuple[Recipe, ...]] = {}
        self._asked = 0
        self._draws = shuffled(space.settings, space.seeds[0])

    def check(self) -> None:
        if not self._points:
            raise UsageError(
                "A search needs to be told how many recipes to measure: give points, as in --points 80."
            )
        if self._points > self.most:
            raise UsageError(
                f"{self._points:,} points are too many for {self.title}, which thinks longer the more it knows: give "
                f"at most {self.most:,}, or take the sampler random."
            )
        bounded(len(self), "give fewer points or seeds")
        if not is_installed():
            raise UsageError(
                f"The sampler {self.name} needs Optuna, which is not installed: "
                "python -m pip install -r requirements.txt, or take the sampler random."
            )
        if self._goal is None:
            raise UsageError(f"The sampler {self.name} needs a goal: name its objectives.")
        self._space.check()
        if not self._axes.all:
            raise UsageError(
                "Nothing is free in these steps, so there is nothing to search: give a knob a range, as in bits=2..8."
            )
        if self._points > self._space.settings:
            raise UsageError(
                f"{self._points:,} recipes can't be searched among {self._space.settings:,}: give fewer points, free "
                "more knobs, or take the sampler grid, which measures them all."
            )

    def ask(self) -> tuple[Recipe, ...]:
        known = sum(told.is_known for told in self._told)
        left = (self._points or 0) - self._asked
        self._pending.clear()
        startup, batch = self._batches()
        if known < startup:
            wanted = min(left, startup - known)
        else:
            wanted = min(left, batch)
            self._take(self._proposed(wanted), wanted)
        self._take(self._drawn(), wanted)
        self._asked += len(self._pending)
        return tuple(recipe for recipes in self._pending.values() for recipe in recipes)

    def tell(self, points: Iterable[Measured]) -> None:
        """Those asked for last; before the first are asked for, any points of the space that are known already."""
        by_key = {point.recipe.key: point for point in points}
        for place, recipes in self._pending.items() if self._asked else self._places(by_key):
            found = [by_key[recipe.key] for recipe in recipes if recipe.key in by_key]
            self._taken.add(place)
            self._told.append(self._what_became(place, found, len(recipes)))

    def _batches(self) -> tuple[int, int]:
        """How many settings are drawn before the search begins, and how many are then asked for at once."""
        return STARTUP, BATCH

    def _places(self, points: dict[str, Measured]) -> Iterator[tuple[Place, tuple[Recipe, ...]]]:
        """Of the points that lie in the space, and were measured with every seed."""
        places = {self._axes.place(point.recipe): None for point in points.values()}
        for place in places:
            if place is not None:
                recipes = self._axes.recipes(place)
                if all(recipe.key in points for recipe in recipes):
                    yield place, recipes

    def _what_became(self, place: Place, points: list[Measured], wanted: int) -> Told:
        """The mean over the seeds; of a setting that failed with one of them, nothing."""
        goal = self._goal
        assert goal is not None  # see ``check``
        costs = [c for point in points if (c := goal.costs(point)) is not None]
        excess = [e for point in points if (e := goal.excess(point)) is not None]
        if len(costs) < wanted or len(excess) < wanted:
            return Told(place=place)
        return Told(
            place=place,
            costs=tuple(map(fmean, zip(*costs, strict=True))),
            excess=tuple(map(fmean, zip(*excess, strict=True))),
        )

    def _take(self, places: Iterator[Place], wanted: int) -> None:
        """Those that are new and possible, until so many are pending."""
        if len(self._pending) >= wanted:
            return
        for proposed in places:
            try:
                place = self._axes.canonical(proposed)
            except UsageError:
                if proposed not in self._taken:
                    self._taken.add(proposed)
                    self._told.append(Told(place=proposed))
                continue
            if place not in self._taken:
                self._taken.add(place)
                self._pending[place] = self._axes.recipes(place)
            if len(self._pending) == wanted:
                return

    def _proposed(self, count: int) -> Iterator[Place]:
        assert self._goal is not None  # see ``check``
        question = Question(
            sampler=self.name, seed=self._space.seeds[0], population=self._batches()[1],
            axes=tuple((len(axis.values), axis.is_ordered) for axis in self._axes.all),
            objectives=len(self._goal.objectives), told=tuple(self._told), count=count,
        )  # fmt: skip
        answer = self._propose(question.model_dump_json())
        return (tuple(place) for place in json.loads(answer))

    def _drawn(self) -> Iterator[Place]:
        """The settings in random order, each once in the whole search."""
        for _, number in zip(range(DRAWS), self._draws, strict=False):
            try:
                recipe = self._space.setting(number)[0]
            except UsageError:
                continue
            place = self._axes.place(recipe)
            assert place is not None
            yield place


class NSGA2Sampler(SearchSampler):
    """A genetic algorithm: each batch is a generation, bred from the best of all before it."""

    name, title = "nsga2", "NSGA-II"
    most = 2000

    def _batches(self) -> tuple[int, int]:
        generation = max(4, min(50, (self._points or 0) // GENERATIONS))
        return generation, generation


class TPESampler(SearchSampler):
    """Estimates where good settings lie and where others do: quick, and blind to how knobs hang together."""

    name, title = "tpe", "TPE"


class GaussianProcessSampler(SearchSampler):
    """A model of each objective over all knobs: learns the most from few points, for some tenths of a second each."""

    name, title = "gp", "Gaussian process"
    most = 300
