"""Samplers that know all their recipes beforehand: every one of the grid, or some at random. Torch-free."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Iterable, Iterator

from compression.errors import UsageError
from compression.recipe.options import Spacing, evenly
from compression.recipe.recipe import Recipe
from compression.recipe.sampler import Measured, Sampler, bounded


class _Listed(Sampler):
    """Knows all its recipes beforehand."""

    _is_over = False

    @abstractmethod
    def _recipes(self) -> tuple[Recipe, ...]: ...

    def ask(self) -> tuple[Recipe, ...]:
        recipes = () if self._is_over else self._recipes()
        self._is_over = True
        return recipes

    def tell(self, points: Iterable[Measured]) -> None:
        """Nothing depends on them."""


class GridSampler(_Listed):
    """Every recipe there is; ``points`` is how many values each range gives."""

    title = "every combination"

    @staticmethod
    def spacing(points: int | None) -> Spacing:
        return evenly(points)

    def __len__(self) -> int:
        return self._space.settings * len(self._space.seeds)

    def check(self) -> None:
        bounded(self._space.grid_points, "free fewer knobs, narrow a range, or give fewer points")
        self._space.check()
        for step in self._space.steps:
            _ = step.steps

    def _recipes(self) -> tuple[Recipe, ...]:
        return self._space.all()


class RandomSampler(_Listed):
    """``points`` settings, each equally likely and none twice; each with every seed, the first of which draws them.

    A range gives every step of its knob. More points add to those drawn with fewer. Settings whose knobs don't
    go together are passed over.
    """

    title = "at random"

    def check(self) -> None:
        if not self._points:
            raise UsageError(
                "A random sweep needs to be told how many recipes to draw: give points, as in --points 50."
            )
        bounded(len(self), "give fewer points or seeds")
        self._space.check()
        self._recipes()

    def _recipes(self) -> tuple[Recipe, ...]:
        wanted, drawn = self._points or 0, list[tuple[Recipe, ...]]()
        refusal = None
        for number in shuffled(self._space.settings, self._space.seeds[0]):
            try:
                drawn.append(self._space.setting(number))
            except UsageError as error:
                refusal = error
            if len(drawn) == wanted:
                return tuple(recipe for recipes in drawn for recipe in recipes)
        if refusal is not None and not drawn:
            raise refusal
        raise UsageError(
            f"{wanted:,} recipes can't be drawn, for there are only {len(drawn):,}: "
            f"give at most {len(drawn):,} points, free more knobs, or widen a range."
        )


def shuffled(count: int, seed: int) -> Iterator[int]:
    """0 to count - 1 in random order, each once: Fisher and Yates' shuffle, of which only what moved is kept.

    Of Python's generator only ``random`` is promised to stay the same from version to version.
    """
    generator = random.Random(seed)
    moved: dict[int, int] = {}
    for last in range(count - 1, -1, -1):
        place = int(generator.random() * (last + 1))
        yield moved.get(place, place)
        moved[place] = moved.get(last, last)
