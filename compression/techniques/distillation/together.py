"""Several students of one kind trained side by side: those that differ in seed, temperature and weights alone."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.distillation import losses
from compression.techniques.distillation.distill import Distillation, prepare
from compression.techniques.distillation.knobs import Distill
from compression.training import loop
from compression.training.progress import OnProgress
from compression.training.run import Member
from compression.training.wide import apart, can_be_wide, side_by_side


def distill_together(
    students: Sequence[tuple[Compressed, Distill, StepContext]], report: OnProgress
) -> None:
    """Train what `distill` of each then finds finished in its checkpoint; nothing where they can't be side by side."""
    prepared = [prepare(*student) for student in students]
    if not can_be_wide(prepared[0].module):
        return
    loop.train_together(
        [
            Member(each.module, each.data, context.seed, context.labelled.checkpoint)
            for each, (_, _, context) in zip(prepared, students, strict=True)
        ],
        losses=_Losses(prepared, [step for _, step, _ in students]),
        plan=prepared[0].plan,
        report=report,
    )


class _Losses:
    """The losses of students side by side, each on a batch of its own."""

    def __init__(self, prepared: Sequence[Distillation], steps: Sequence[Distill]) -> None:
        self._each = [one.loss for one in prepared]
        self._method = steps[0].method
        self._temperature = torch.tensor([step.temperature for step in steps])
        self._alpha = torch.tensor([step.alpha for step in steps])
        self._others = torch.tensor([step.others for step in steps])
        self._labelled_share = torch.tensor([one.labelled_share for one in self._each])

    def __call__(
        self, module: nn.Module, numbers: Sequence[int], views: Tensor, labels: Tensor
    ) -> Tensor:
        chosen = list(numbers)
        inputs = self._each[0].examples.look(views.flatten()).unflatten(0, views.shape)
        logits = apart(module(side_by_side(inputs)), len(chosen))
        by_labels = losses.cross_entropy(logits, labels, self._labelled_share[chosen])
        if self._method == "labels":
            return by_labels
        teacher = torch.stack(
            [self._each[n].teacher(v) for n, v in zip(chosen, views, strict=True)]
        )
        temperature, alpha = self._temperature[chosen], self._alpha[chosen]
        if self._method == "dkd":
            by_teacher = losses.decoupled(
                logits, teacher, labels, temperature, self._others[chosen]
            )
        else:
            by_teacher = losses.response(logits, teacher, temperature)
        return (1 - alpha) * by_labels + alpha * by_teacher
