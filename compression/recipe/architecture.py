"""A recipe's architecture: its steps that change shapes, and no others. Torch-free."""

from __future__ import annotations

from compression.recipe.recipe import Recipe

SHAPING = ("prune-channels", "subnet")
"""Techniques that change shapes; what others leave is the same architecture."""


def shaping(recipe: Recipe) -> Recipe:
    """Its steps that change the architecture, and no others: equal for recipes of one architecture."""
    kept = tuple(step for step in recipe.steps if step.technique in SHAPING)
    return Recipe(model=recipe.model, steps=kept, seed=recipe.seed)
