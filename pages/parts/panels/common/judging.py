"""What panels that judge a whole model ask about: the recipe as it stands, and its control where that is measured."""

from __future__ import annotations

from typing import Any

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data

BEFORE_TRAINING = "This is the model as it is before training."


def judged(recipe: Recipe, point: Point | None) -> tuple[dict[str, Any], str]:
    """A question's arguments, and what is to be said where they are of an earlier model than was asked for.

    A trained model is judged by the file that its measurement kept.
    """
    shown = recipe.untrained if point is None else point.recipe
    return about(shown, point), "" if shown == recipe else BEFORE_TRAINING


def about(recipe: Recipe, point: Point | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"model": recipe.model, "recipe": recipe.model_dump()}
    if recipe.is_trained and point is not None and point.artifact:
        asked["kept"] = point.artifact
    return asked


def control_of(recipe: Recipe, known: data.Known) -> Recipe | None:
    """The recipe's control, if its model can be looked at: the same training without what is to be judged."""
    control = recipe.control
    point = None if control is None else known.by_key.get(control.key)
    return control if point is not None and point.artifact else None
