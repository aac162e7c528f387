"""The loss of a student on a batch of views, as the step asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import torch
from torch import Tensor, nn

from compression.errors import UsageError
from compression.techniques.distillation import losses
from compression.techniques.distillation.answers import Answers
from compression.techniques.distillation.examples import Examples
from compression.techniques.distillation.features import Features, Wanted, features
from compression.techniques.distillation.knobs import Distill

WANTED: dict[str, Wanted] = {"attention": "maps", "relational": "embedding"}


class Lesson:
    """A loss for the training loop, whose inputs are views. The teacher is asked when it first counts."""

    def __init__(self, step: Distill, examples: Examples, ask: Callable[[], Answers]) -> None:
        self.examples = examples
        self.share = examples.labelled_share
        self._step, self._ask = step, ask

    def __call__(self, module: nn.Module, views: Tensor, labels: Tensor) -> Tensor:
        wanted = WANTED.get(self._step.method, "logits")
        found = features(module, self.examples.look(views), wanted)
        return self.of(found, views, labels)

    def of(self, found: Features, views: Tensor, labels: Tensor) -> Tensor:
        """``(1 - alpha)`` cross entropy and ``alpha`` of what the teacher says, for the student's features."""
        step = self._step
        by_labels = losses.cross_entropy(found.logits, labels, self.share)
        if step.method == "labels":
            return by_labels
        return (1 - step.alpha) * by_labels + step.alpha * self._by_teacher(found, views, labels)

    def told(self, views: Tensor) -> Tensor:
        """The teachers' softened answers for views, as logarithms [B, classes]."""
        return self._softened[views]

    def _by_teacher(self, found: Features, views: Tensor, labels: Tensor) -> Tensor:
        step, told = self._step, self.told(views)
        if step.method == "dkd":
            return losses.decoupled(found.logits, told, labels, step.temperature, step.others)
        loss = losses.response(found.logits, told, step.temperature)
        if step.method == "attention":
            loss = loss + step.strength * self._over_teachers(found, views, _attention)
        if step.method == "relational":
            loss = loss + step.strength * self._over_teachers(found, views, _relational)
        return loss

    def _over_teachers(
        self, found: Features, views: Tensor, distance: Callable[[Features, Features], Tensor]
    ) -> Tensor:
        each = [distance(found, teacher.of(views)) for teacher in self._answers.teachers]
        return torch.stack(each).mean()

    @cached_property
    def _answers(self) -> Answers:
        return self._ask()

    @cached_property
    def _softened(self) -> Tensor:
        return self._answers.softened(self._step.temperature)


def _attention(mine: Features, told: Features) -> Tensor:
    if mine.maps is None or told.maps is None:
        raise UsageError(
            "method=attention compares maps, and teacher and student don't both have such: "
            "take convolutional ones, or another method."
        )
    return losses.attention_distance(mine.maps, told.maps)


def _relational(mine: Features, told: Features) -> Tensor:
    assert mine.embedding is not None and told.embedding is not None
    return losses.relational_distance(mine.embedding, told.embedding)
