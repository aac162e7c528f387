"""What was played, asked by each panel that tells of it."""

from __future__ import annotations

from typing import Any

from compression.point import Point
from compression.recipe import Recipe
from pages.parts.panels.common.asking import ask


def ask_rounds(recipe: Recipe, point: Point | None, *, slot: str, settled: bool, said: Any) -> Any:
    """``federated`` and ``control``, each None where it was not trained here; None while there is no answer."""
    asked = {"model": recipe.model, "recipe": recipe.model_dump(), "measured": point is not None}
    return ask("federated_rounds", asked, slot=slot, settled=settled, said=said)
