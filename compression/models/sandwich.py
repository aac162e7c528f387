"""The loss of a weight-sharing supernet: the largest learns from labels and a teacher, the others from the teacher.

The sandwich rule of Yu and Huang, 2019, arXiv:1903.05134; as in Cai et al., 2020, arXiv:1908.09791, the teacher is the
largest as it was trained alone, before it had others to share its weights with.
"""

from __future__ import annotations

from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.models.subnets import LARGEST, SMALLEST, drawn
from compression.models.supernet_weights import run_as
from compression.training.losses import divergence

BY_TEACHER = 0.5
"""How much of the largest's loss is the teacher's: it keeps what it had learnt."""
SHARE = 0.5
"""How much each of the others counts beside the largest, which most recipes start from: together as much."""


class SandwichLoss:
    """That of the largest, the smallest and one at random in one update; all but the largest see half the batch."""

    def __init__(self, teacher: nn.Module) -> None:
        self._teacher = teacher.eval()

    def __call__(self, supernet: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        """Which one, PyTorch's random numbers decide: equal seeds train alike, a resumed training goes on the same."""
        with torch.no_grad():
            taught = self._teacher(inputs)
        answers = run_as(supernet, LARGEST, inputs).float()
        loss = (1 - BY_TEACHER) * F.cross_entropy(answers, labels)
        loss = loss + BY_TEACHER * divergence(answers, taught)
        random = Random(int(torch.randint(2**31, ())))
        half = len(inputs) // 2
        for member in (SMALLEST, drawn(random, narrow=random.random() < 0.5)):
            logits = run_as(supernet, member, inputs[:half])
            loss = loss + SHARE * divergence(logits, taught[:half])
        return loss
