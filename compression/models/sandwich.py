"""The loss of a weight-sharing supernet: the largest learns from labels, the others from the largest.

The sandwich rule and in-place distillation of Yu and Huang, 2019, arXiv:1903.05134.
"""

from __future__ import annotations

from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.models.subnets import LARGEST, SMALLEST, drawn
from compression.models.supernet_weights import run_as
from compression.training.losses import divergence

SHARE = 0.5
"""How much each of the others counts beside the largest: the largest is what most recipes start from."""


def sandwich_loss(supernet: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    """That of the largest, the smallest and two at random, all in one update; all but the largest see half the batch.

    Which two, PyTorch's random numbers decide: equal seeds train alike, and a resumed training goes on the same.
    """
    answers = run_as(supernet, LARGEST, inputs).float()
    loss = F.cross_entropy(answers, labels)
    random = Random(int(torch.randint(2**31, ())))
    half = len(inputs) // 2
    for member in (SMALLEST, drawn(random, narrow=True), drawn(random, narrow=False)):
        logits = run_as(supernet, member, inputs[:half])
        loss = loss + SHARE * divergence(logits, answers[:half].detach(), temperature=1.0)
    return loss
