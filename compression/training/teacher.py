"""Losses with a teacher: the answers of another network, softened, beside the labels or instead of them.

Hinton et al., 2015, arXiv:1503.02531.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TEMPERATURE = 2.0


def divergence(logits: Tensor, wanted: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Kullback-Leibler divergence of two sets of softened answers [N, classes], per example.

    Times the temperature squared, so that gradients stay as large as those of the labels' loss.
    """
    told = F.log_softmax(logits.float() / temperature, dim=1)
    target = F.softmax(wanted.float() / temperature, dim=1)
    return temperature**2 * F.kl_div(told, target, reduction="batchmean")


class Taught:
    """The loss against the teacher's answers and, for the rest of ``share``, the labels.

    With a share of 1 labels are never looked at.
    """

    def __init__(self, teacher: nn.Module, share: float) -> None:
        self._teacher, self._share = teacher.eval(), share

    def __call__(self, module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        logits = module(inputs).float()
        with torch.no_grad():
            wanted = self._teacher(inputs)
        told = divergence(logits, wanted)
        if self._share == 1:
            return told
        return self._share * told + (1 - self._share) * F.cross_entropy(logits, labels)
