"""A recipe as the command line takes it, so that whoever reads a figure can measure it again. Pure text."""

from __future__ import annotations

import shlex

from compression.recipe import Recipe, format_step, step_words


def command(recipe: Recipe) -> str:
    """The whole command, to be pasted into a shell."""
    seed = ["--seed", str(recipe.seed)] if recipe.seed else []
    return shlex.join(
        ["python", "-m", "compression", "run", recipe.model, *step_words(recipe.steps), *seed]
    )


def steps_as_text(recipe: Recipe) -> str:
    """The steps alone, quoted where a shell needs it; empty for the original."""
    return shlex.join(format_step(step) for step in recipe.steps)
