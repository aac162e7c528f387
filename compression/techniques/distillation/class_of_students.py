"""Several students of one kind taught at once: those that differ in seed, temperature and weights alone."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.distillation import losses
from compression.techniques.distillation.distill import Schooling, schooling
from compression.techniques.distillation.knobs import Distill
from compression.training import together
from compression.training.checkpoints import Checkpoint
from compression.training.progress import Report
from compression.training.wide import apart, can_be_wide, side_by_side

Pupil = tuple[Compressed, Distill, StepContext]


def distill_together(pupils: Sequence[Pupil], report: Report) -> None:
    """Train them, so that `distill` of each finds its own finished; nothing where it can't be done at once."""
    schools = [schooling(*pupil) for pupil in pupils]
    steps = [step for _, step, _ in pupils]
    if not can_be_wide(schools[0].module):
        return
    together.train(
        [
            together.Pupil(school.module, school.data, context.seed, _checkpoint(context))
            for school, (_, _, context) in zip(schools, pupils, strict=True)
        ],
        losses=_Losses(schools, steps),
        plan=schools[0].plan,
        report=report,
    )


def _checkpoint(context: StepContext) -> Checkpoint:
    """Where a pupil's result goes: there is no other way out."""
    checkpoint = context.labelled.checkpoint
    assert checkpoint is not None
    return checkpoint


class _Losses:
    """The losses of students side by side, each on a batch of its own."""

    def __init__(self, schools: Sequence[Schooling], steps: Sequence[Distill]) -> None:
        self._lessons = [school.lesson for school in schools]
        self._method = steps[0].method
        self._temperature = torch.tensor([step.temperature for step in steps])
        self._alpha = torch.tensor([step.alpha for step in steps])
        self._others = torch.tensor([step.others for step in steps])
        self._share = torch.tensor([lesson.share for lesson in self._lessons])

    def __call__(
        self, module: nn.Module, numbers: Sequence[int], views: Tensor, labels: Tensor
    ) -> Tensor:
        chosen = list(numbers)
        inputs = self._lessons[0].examples.look(views.flatten()).unflatten(0, views.shape)
        logits = apart(module(side_by_side(inputs)), len(chosen))
        by_labels = losses.cross_entropy(logits, labels, self._share[chosen])
        if self._method == "labels":
            return by_labels
        told = torch.stack([self._lessons[n].told(v) for n, v in zip(chosen, views, strict=True)])
        temperature, alpha = self._temperature[chosen], self._alpha[chosen]
        if self._method == "dkd":
            by_teacher = losses.decoupled(logits, told, labels, temperature, self._others[chosen])
        else:
            by_teacher = losses.response(logits, told, temperature)
        return (1 - alpha) * by_labels + alpha * by_teacher
