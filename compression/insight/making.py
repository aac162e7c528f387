"""How long a recipe's steps take to make its model here: for points that were measured where nobody noted it."""

from __future__ import annotations

from compression import pipeline
from compression.errors import UsageError
from compression.measure.making import making_of
from compression.recipe import Recipe
from compression.subjects import Subject


def making(subject: Subject, recipe: Recipe) -> float | None:
    """Seconds of this machine's processor; None where a part of it was made before and kept.

    UsageError where making it would mean a training, which nobody has asked for.
    """
    if recipe.is_trained:
        raise UsageError(f"{recipe.describe()} is trained: its time is noted when it is measured.")
    pipeline.compress(subject, recipe)
    made = making_of(recipe).get("make_s")
    return None if made is None else made.value
