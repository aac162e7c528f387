"""Which of the bundled recipes are for a model."""

from __future__ import annotations

from collections.abc import Sequence

from compression.models.catalogue import model_card
from compression.recipe.step_texts import split_step


def fits(steps: Sequence[str], model: str) -> bool:
    """Whether such steps can be done to a model."""
    return not any(split_step(step)[0].unfit(model_card(model)) for step in steps)
