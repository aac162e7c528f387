"""A map of many recipes, accuracy alone on part of the test set: coarse, and several times as fast.

For looking around before measuring: nothing of it is stored or drawn as a point.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from compression.engine.jobs import Job, Stage
from compression.errors import UsageError
from compression.recipe import Recipe, canonical_json

CHUNK = 5
"""Recipes per job: enough to make the way to the worker cheap, few enough to share the work out."""


@dataclass(frozen=True)
class Glance:
    """What a quick look at a recipe tells, without its file being run or timed: enough to choose by."""

    accuracy_validation: float
    size_bytes: int
    """Of the packed file, exactly."""
    macs: int
    """Multiply-accumulates of one input, exactly."""


class ScreeningJob(Job):
    """Some recipes whose accuracies on the first ``examples`` test examples are to be found."""

    def __init__(self, recipes: Sequence[Recipe], examples: int) -> None:
        text = canonical_json([recipe.model_dump() for recipe in recipes])
        super().__init__(f"screen-{_digest(recipes)}-{examples}")
        self._call = ["screen", text, str(examples)]

    def call(self, stage: Stage) -> list[str]:
        return self._call

    def read(self, text: str) -> list[float]:
        accuracies: list[float] = json.loads(text)
        return accuracies

    @property
    def failure(self) -> str:
        return "The screening could not be done"


class GlanceJob(Job):
    """Some recipes to be looked at with the first ``examples`` validation examples."""

    def __init__(self, recipes: Sequence[Recipe], examples: int) -> None:
        super().__init__(f"glance-{_digest(recipes)}-{examples}")
        self._call = [
            "glance", canonical_json([recipe.model_dump() for recipe in recipes]), str(examples)
        ]  # fmt: skip

    def call(self, stage: Stage) -> list[str]:
        return self._call

    def read(self, text: str) -> list[Glance]:
        return [Glance(*row) for row in json.loads(text)]

    @property
    def failure(self) -> str:
        return "The recipes could not be looked at"


def glance_jobs(recipes: Sequence[Recipe], examples: int) -> list[GlanceJob]:
    """The jobs that look at all recipes, in order; UsageError where one is trained."""
    return [GlanceJob(some, examples) for some in _shared_out(recipes)]


def screening_jobs(recipes: Sequence[Recipe], examples: int) -> list[ScreeningJob]:
    """The jobs that screen all recipes, in order; UsageError where one is trained."""
    return [ScreeningJob(some, examples) for some in _shared_out(recipes)]


def _shared_out(recipes: Sequence[Recipe]) -> list[Sequence[Recipe]]:
    if trained := next((recipe for recipe in recipes if recipe.is_trained), None):
        raise UsageError(f"{trained.describe()} is trained, which a screening does not do: run it.")
    return [recipes[start : start + CHUNK] for start in range(0, len(recipes), CHUNK)]


def _digest(recipes: Sequence[Recipe]) -> str:
    keys = " ".join(recipe.key for recipe in recipes)
    return hashlib.sha256(keys.encode()).hexdigest()[:16]
