"""A map of many recipes, accuracy alone on part of the test set: coarse, and several times as fast.

For looking around before measuring: nothing of it is stored or drawn as a point.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from compression.engine.jobs import Job, Stage
from compression.errors import UsageError
from compression.recipe import Recipe, canonical_json

CHUNK = 5
"""Recipes per job: enough to make the way to the worker cheap, few enough to share the work out."""


class ScreeningJob(Job):
    """Some recipes whose accuracies on the first ``examples`` test examples are to be found."""

    def __init__(self, recipes: Sequence[Recipe], examples: int) -> None:
        text = canonical_json([recipe.model_dump() for recipe in recipes])
        digest = hashlib.sha256(" ".join(recipe.key for recipe in recipes).encode()).hexdigest()
        super().__init__(f"screen-{digest[:16]}-{examples}")
        self._call = ["screen", text, str(examples)]

    def call(self, stage: Stage) -> list[str]:
        return self._call

    def read(self, text: str) -> list[float]:
        accuracies: list[float] = json.loads(text)
        return accuracies

    @property
    def failure(self) -> str:
        return "The screening could not be done"


def screening_jobs(recipes: Sequence[Recipe], examples: int) -> list[ScreeningJob]:
    """The jobs that screen all recipes, in order; UsageError where one is trained."""
    if trained := next((recipe for recipe in recipes if recipe.is_trained), None):
        raise UsageError(f"{trained.describe()} is trained, which a screening does not do: run it.")
    starts = range(0, len(recipes), CHUNK)
    return [ScreeningJob(recipes[start : start + CHUNK], examples) for start in starts]
