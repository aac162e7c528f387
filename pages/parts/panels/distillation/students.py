"""Who teaches whom in a recipe, and what is known of both: what the panels of distillation share."""

from __future__ import annotations

from collections.abc import Iterable

from compression.models.catalogue import model_card
from compression.models.student_cards import student_card
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.distillation.knobs import ORIGINAL, PREVIOUS, SELF, Distill


def distill_step(recipe: Recipe) -> Distill:
    """The recipe's distillation, the last where there are several."""
    return next(step for step in reversed(recipe.steps) if isinstance(step, Distill))


def up_to_distillation(recipe: Recipe) -> Recipe:
    """The recipe without what follows its distillation."""
    count = max(n for n, step in enumerate(recipe.steps, start=1) if isinstance(step, Distill))
    return recipe.model_copy(update={"steps": recipe.steps[:count]})


def is_after_others(recipe: Recipe) -> bool:
    """Whether something is done to the model before it teaches."""
    return len(up_to_distillation(recipe).steps) > 1


def teacher_models(model: str, step: Distill) -> tuple[str, ...]:
    """The models of the zoo that answer; the page's own model also for a step without a teacher."""
    names = step.teachers or (PREVIOUS,)
    return tuple(model if name in (PREVIOUS, ORIGINAL) else name for name in names)


def student_parameters(model: str, student: str) -> int:
    """How many numbers a student learns, batch norms included."""
    if student in (SELF, PREVIOUS):
        return model_card(model).parameters
    return student_card(student, model_card(model).dataset).parameters


def student_title(model: str, student: str) -> str:
    """``cnn-w4``, or what the words for the model's own architecture mean."""
    words = {
        SELF: f"{model_card(model).title}, new",
        PREVIOUS: f"{model_card(model).title}, trained on",
    }
    return words.get(student, student)


def distilled(points: Iterable[Point]) -> list[Point]:
    """The points of students to which nothing else was done, those with labels alone included."""
    return [
        point
        for point in points
        if len(point.recipe.steps) == 1 and isinstance(point.recipe.steps[0], Distill)
    ]


def twins(points: Iterable[Point], recipe: Recipe, *, free: tuple[str, ...] = ()) -> list[Point]:
    """The points of the recipe's distillation with any seed, and with any values of the ``free`` knobs."""
    usual = distill_step(recipe).model_dump(exclude=set(free))
    return [
        point
        for point in distilled(points)
        if distill_step(point.recipe).model_dump(exclude=set(free)) == usual
    ]
