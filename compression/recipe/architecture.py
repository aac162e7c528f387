"""A recipe's architecture: what of its steps changes shapes, and nothing else. Torch-free."""

from __future__ import annotations

from compression.recipe.recipe import Recipe
from compression.techniques.step import Step


def shaping(recipe: Recipe) -> Recipe:
    """What changes the architecture, and nothing else: equal for recipes of one architecture."""
    kept: list[Step] = []
    for step in recipe.steps:
        if step.begins_a_network:
            kept.clear()
        if (shape := step.shape) is not None:
            kept.append(shape)
    return Recipe(model=recipe.model, steps=tuple(kept), seed=recipe.seed)
