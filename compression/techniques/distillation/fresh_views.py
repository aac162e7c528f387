"""Training of a student as the models themselves are trained: no image is shown twice alike, teachers answer each.

A patient teacher that sees what its student sees (Beyer et al., 2022, arXiv:2106.05237), or labels alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.models.augment import AUGMENTATIONS
from compression.models.plans import Augmentation
from compression.techniques.distillation import losses
from compression.techniques.distillation.examples import Examples
from compression.techniques.distillation.knobs import FLOAT, Distill
from compression.training.data import TrainingData
from compression.training.plan import TrainingPlan

LEARNING_RATE, WARM_UP, AVERAGE = 0.1, 0.15, 0.999
DECAY, DECAY_ROUNDED = 5e-4, 1e-4
"""Of weights; rounded ones have no size that could decay, only a pace at which they change."""
BATCH = 128
CHANGES: Mapping[str, Augmentation] = {"moved": "crop_flip", "erased": "crop_flip_erase"}
"""A student of one bit does as well by either: in 5 kB 90.9 % of the validation images, 24 epochs or 20."""


class FreshLoss:
    """The step's loss on images as they were just changed: labels where they are used, teachers asked on the spot."""

    def __init__(self, step: Distill, share: float, teachers: Sequence[nn.Module]) -> None:
        self._step, self._share, self._teachers = step, share, teachers

    def __call__(self, module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        step, logits = self._step, module(inputs)
        if step.method == "labels":
            return losses.cross_entropy(logits, labels, self._share)
        by_teacher = losses.response(logits, self._answers(inputs), step.temperature)
        if step.alpha == 1:
            return by_teacher
        by_labels = losses.cross_entropy(logits, labels, self._share)
        return (1 - step.alpha) * by_labels + step.alpha * by_teacher

    @torch.no_grad()
    def _answers(self, inputs: Tensor) -> Tensor:
        """The logarithm of the mean of the teachers' softened answers, [B, classes]."""
        each = [
            F.softmax(teacher(inputs) / self._step.temperature, dim=1) for teacher in self._teachers
        ]
        return torch.stack(each).mean(0).clamp_min(torch.finfo(torch.float32).tiny).log()


def fresh_data(step: Distill, examples: Examples, data: TrainingData) -> TrainingData:
    """The examples themselves. Pictures that mean the same when mirrored change as the step asks; others as they did
    for the model."""
    moves = examples.inputs.ndim == 4 and examples.mirror is not None
    return replace(
        data,
        inputs=examples.inputs[examples.numbers],
        labels=examples.truth(examples.numbers),
        augment=AUGMENTATIONS[CHANGES[step.views]] if moves else data.augment,
        channels_last=examples.inputs.ndim == 4,
        bfloat16=False,
    )


def fresh_plan(step: Distill) -> TrainingPlan:
    """That of the supernet's largest member; the last weights, since the average is not yet what will be shipped."""
    return TrainingPlan(
        epochs=step.epochs,
        learning_rate=LEARNING_RATE,
        batch_size=BATCH,
        optimizer="sgd",
        weight_decay=DECAY if step.bits == FLOAT else DECAY_ROUNDED,
        warm_up=WARM_UP,
        average=AVERAGE,
        keep="last",
    )
