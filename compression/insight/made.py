"""The model that a recipe makes, for a question that runs it: from its packed file where that is kept."""

from __future__ import annotations

import shlex

from compression import pipeline
from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.recipe import Recipe, step_words
from compression.subjects import Subject


def made(subject: Subject, recipe: Recipe, kept: str = "") -> Compressed:
    """The compressed model, folded; ``kept`` is the digest of its packed file.

    UsageError where making it would mean a training, which nobody has asked for.
    """
    found = pipeline.kept(kept) if kept else None
    if found is not None:
        return found
    if recipe.is_trained:
        words = ["python", "-m", "compression", "run", recipe.model, *step_words(recipe.steps)]
        raise UsageError(
            "This model was trained, and its file is not kept on this machine: train it again on its page, or by "
            f"`{shlex.join([*words, '--seed', str(recipe.seed)])}`."
        )
    return pipeline.compress(subject, recipe)
