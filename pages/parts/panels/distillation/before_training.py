"""What can be said of a student before it is trained: who teaches it, how small it is, whether that can help."""

from __future__ import annotations

from collections.abc import Iterable

from compression.models.catalogue import model_card
from compression.point import Metric, Point, quality_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.distillation.students import (
    distill_step,
    distilled,
    student_parameters,
    student_title,
    teacher_models,
)
from pages.parts.shell.lineage import Ancestor
from pages.parts.shell.quality_words import reaches
from pages.parts.shell.ratio_words import count_change


def from_teachers(recipe: Recipe, known: data.Known) -> list[Ancestor]:
    """A student's lineage begins with its teachers."""
    step = distill_step(recipe)
    if not step.teachers:
        return [Ancestor("no teacher", None, is_model=False)]
    names = teacher_models(recipe.model, step)
    return [Ancestor(model_card(name).title, _original(name, recipe, known)) for name in names]


def promise(recipe: Recipe) -> str:
    """The student's size against its teacher's, and what to do now."""
    step = distill_step(recipe)
    count = student_parameters(recipe.model, step.student)
    name = student_title(recipe.model, step.student)
    who = teacher_models(recipe.model, step)[0]
    than = count_change(count, model_card(who).parameters)
    return (
        f"**Not trained yet:** {name} has {count:,} parameters, {than} {model_card(who).title}. "
        "It is a new network, so it knows nothing until it is trained."
    )


def doubt(recipe: Recipe, known: data.Known) -> str:
    """Says so where the teacher is known to be worse than students of this kind are; else empty."""
    step = distill_step(recipe)
    if not step.teachers:
        return ""
    metric = quality_of(recipe.model)
    teachers = [_original(name, recipe, known) for name in teacher_models(recipe.model, step)]
    same = [p for p in distilled(known.points) if distill_step(p.recipe).student == step.student]
    taught, reached = _best(metric, teachers), _best(metric, same)
    if taught is None or reached is None or metric.cost(reached) >= metric.cost(taught):
        return ""
    return (
        f"This teacher {reaches(metric, taught)}, and such a student has reached {metric.text(reached)} already: "
        "it has little to teach. Choose a better teacher or a smaller student."
    )


def _best(metric: Metric, points: Iterable[Point | None]) -> float | None:
    values = [p.quality for p in points if p is not None and p.quality is not None]
    return min(values, key=metric.cost, default=None)


def _original(name: str, recipe: Recipe, known: data.Known) -> Point | None:
    return known.original if name == recipe.model else data.known_or_bundled(name).original
