"""Which recipes are trained in one run: those whose first trained steps are alike. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Iterable

from compression.recipe.recipe import Recipe

MOST = 16
"""Trained at once: more make no update cheaper, and the first result later."""


def up_to_training(recipe: Recipe) -> Recipe | None:
    """The recipe up to and with its first trained step; None where none trains."""
    for count, step in enumerate(recipe.steps, start=1):
        if step.is_trained:
            return Recipe(model=recipe.model, steps=recipe.steps[:count], seed=recipe.seed)
    return None


def batches(recipes: Iterable[Recipe], runs: int = 1) -> list[tuple[Recipe, ...]]:
    """Groups of two and more that can be trained together, shared out among so many runs at a time.

    Recipes that go on differently after an equal training are all in the group.
    """
    groups: dict[str, list[Recipe]] = {}
    for recipe in recipes:
        key = _kind(recipe)
        if key is not None:
            groups.setdefault(key, []).append(recipe)
    return [
        tuple(group[start::pieces])
        for group in groups.values()
        if len(group) > 1
        for pieces in (max(math.ceil(len(group) / MOST), min(runs, len(group) // 2)),)
        for start in range(pieces)
    ]


def _kind(recipe: Recipe) -> str | None:
    """Equal for recipes that can be trained together."""
    trained = up_to_training(recipe)
    alike = None if trained is None else trained.steps[-1].alike()
    if trained is None or alike is None:
        return None
    return Recipe(model=recipe.model, steps=(*trained.steps[:-1], alike)).key
