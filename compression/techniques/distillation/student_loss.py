"""The loss of a student on a batch of views, as the step asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import torch
from torch import Tensor, nn

from compression.errors import UsageError
from compression.techniques.distillation import losses
from compression.techniques.distillation.answers import TeacherAnswers
from compression.techniques.distillation.examples import Examples
from compression.techniques.distillation.features import Features, Wanted, features
from compression.techniques.distillation.knobs import Distill

WANTED: dict[str, Wanted] = {"attention": "maps", "relational": "embedding"}


class StudentLoss:
    """A loss for the training loop, whose inputs are views. The teachers are asked when they first count."""

    def __init__(
        self, step: Distill, examples: Examples, ask: Callable[[], TeacherAnswers]
    ) -> None:
        self._examples = examples
        self._step, self._ask = step, ask

    def __call__(self, module: nn.Module, views: Tensor, labels: Tensor) -> Tensor:
        """``(1 - alpha)`` cross entropy and ``alpha`` of the difference from the teachers."""
        step = self._step
        student = features(module, self._examples.look(views), WANTED.get(step.method, "logits"))
        by_labels = losses.cross_entropy(student.logits, labels, self._examples.labelled_share)
        if step.method == "labels":
            return by_labels
        return (1 - step.alpha) * by_labels + step.alpha * self._by_teacher(student, views, labels)

    def _by_teacher(self, student: Features, views: Tensor, labels: Tensor) -> Tensor:
        step, teacher = self._step, self._softened[views]
        if step.method == "dkd":
            return losses.decoupled(student.logits, teacher, labels, step.temperature, step.others)
        loss = losses.response(student.logits, teacher, step.temperature)
        if step.method == "attention":
            loss = loss + step.strength * self._over_teachers(student, views, _attention)
        if step.method == "relational":
            loss = loss + step.strength * self._over_teachers(student, views, _relational)
        return loss

    def _over_teachers(
        self, student: Features, views: Tensor, distance: Callable[[Features, Features], Tensor]
    ) -> Tensor:
        each = [distance(student, teacher.of(views)) for teacher in self._answers.teachers]
        return torch.stack(each).mean()

    @cached_property
    def _answers(self) -> TeacherAnswers:
        return self._ask()

    @cached_property
    def _softened(self) -> Tensor:
        return self._answers.softened(self._step.temperature)


def _attention(student: Features, teacher: Features) -> Tensor:
    if student.maps is None or teacher.maps is None:
        raise UsageError(
            "method=attention compares maps, and teacher and student don't both have such: "
            "take convolutional ones, or another method."
        )
    return losses.attention_distance(student.maps, teacher.maps)


def _relational(student: Features, teacher: Features) -> Tensor:
    assert student.embedding is not None and teacher.embedding is not None
    return losses.relational_distance(student.embedding, teacher.embedding)
