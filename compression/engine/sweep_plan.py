"""In what order a sweep asks for its recipes: of those trained in one run the first, the others when that is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from compression.recipe import Recipe
from compression.recipe.batches import batches


class SweepPlan:
    """Recipes to ask for, each with those it is trained together with. Its caller holds a lock."""

    def __init__(self, recipes: Sequence[Recipe], trainings_at_once: int) -> None:
        self._together = {
            recipe.key: group for group in batches(recipes, trainings_at_once) for recipe in group
        }
        first = {group[0].key for group in self._together.values()}
        self._waiting = deque(r for r in recipes if r.key not in self._together or r.key in first)

    def __bool__(self) -> bool:
        """Whether there is something to ask for now."""
        return bool(self._waiting)

    def next(self) -> tuple[Recipe, tuple[Recipe, ...]]:
        recipe = self._waiting.popleft()
        return recipe, self._together.get(recipe.key, ())

    def finished(self, recipe: Recipe) -> None:
        """A recipe was measured, or failed: those trained with it are asked for, before anything new.

        Each still says with whom it was trained: where that run was lost, the next one goes on with it.
        """
        group = self._together.get(recipe.key, ())
        if group and recipe == group[0]:
            self._waiting.extendleft(reversed(group[1:]))
