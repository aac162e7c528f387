"""Losses: of labels, and of a teacher's softened answers beside the labels or instead of them.

Hinton et al., 2015, arXiv:1503.02531.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]
"""The loss of a module, in training mode, on a batch of inputs and their labels: a scalar."""

TEMPERATURE = 2.0


class LabelLoss:
    """Cross entropy with the labels."""

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self._label_smoothing = label_smoothing

    def __call__(self, module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        logits = module(inputs).float()
        return F.cross_entropy(logits, labels, label_smoothing=self._label_smoothing)


class TeacherLoss:
    """Divergence from the teacher's answers and, for the rest of ``share``, cross entropy with the labels.

    With a share of 1 labels are never looked at.
    """

    def __init__(self, teacher: nn.Module, share: float) -> None:
        self._teacher, self._share = teacher.eval(), share

    def __call__(self, module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        logits = module(inputs).float()
        with torch.no_grad():
            answers = self._teacher(inputs)
        by_teacher = divergence(logits, answers)
        if self._share == 1:
            return by_teacher
        return self._share * by_teacher + (1 - self._share) * F.cross_entropy(logits, labels)


def divergence(logits: Tensor, answers: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Kullback-Leibler divergence of logits from a teacher's, [N, classes], both softened: the mean per example.

    Times the temperature squared, so that gradients stay as large as those of the labels' loss.
    """
    student = F.log_softmax(logits.float() / temperature, dim=1)
    teacher = F.softmax(answers.float() / temperature, dim=1)
    return temperature**2 * F.kl_div(student, teacher, reduction="batchmean")
