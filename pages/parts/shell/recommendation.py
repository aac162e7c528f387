"""The point to take of a model, by the one room that decides: for whoever needs it without its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compression.decide import Question, decide
from compression.point import Point


def recommendation(
    points: Sequence[Point], limits: Mapping[str, float], metric: str
) -> Point | None:
    """The compressed one to take, if there is one."""
    if not points:
        return None
    original = next((point for point in points if not point.recipe.steps), None)
    question = Question(points[0].recipe.model, limits=dict(limits), axis=metric)
    choice = decide(points, original, question).choice
    return choice if choice is not None and choice.recipe.steps else None
