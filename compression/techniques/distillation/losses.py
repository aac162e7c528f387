"""What a student is told: formulas on a batch. Answers are given as logarithms of probabilities [B, classes]."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from compression.techniques.distillation.examples import UNKNOWN

ANGLES = 32
"""Examples of a batch whose triangles are compared: their number grows with its cube."""


def cross_entropy(logits: Tensor, labels: Tensor, share: float) -> Tensor:
    """The mean over the examples whose labels are used; ``share`` is how many of all these are.

    Divided by their number to be expected in a batch, not by the one at hand, which can be zero.
    """
    total = F.cross_entropy(logits, labels, ignore_index=UNKNOWN, reduction="sum")
    return total / (share * len(labels))


def response(logits: Tensor, told: Tensor, temperature: float) -> Tensor:
    """``T^2 KL(teacher || student)`` of the softened answers (Hinton et al., 2015, arXiv:1503.02531)."""
    mine = F.log_softmax(logits / temperature, dim=1)
    return temperature**2 * F.kl_div(mine, told, reduction="batchmean", log_target=True)


def decoupled(
    logits: Tensor, told: Tensor, target: Tensor, temperature: float, others: float
) -> Tensor:
    """The divergence in two parts (Zhao et al., 2022, arXiv:2203.08679): target class against all others,
    and, weighted by ``others``, the order among these. ``target`` [B] is the label, or the teacher's choice.
    """
    mine = F.log_softmax(logits / temperature, dim=1)
    is_target = F.one_hot(target, logits.shape[1]).bool()
    (mine_2, mine_rest), (told_2, told_rest) = _parted(mine, is_target), _parted(told, is_target)
    binary = F.kl_div(mine_2, told_2, reduction="batchmean", log_target=True)
    rest = F.kl_div(mine_rest, told_rest, reduction="batchmean", log_target=True)
    return temperature**2 * (binary + others * rest)


def _parted(answers: Tensor, is_target: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms: of target and all others [B, 2]; of each other class among the others [B, classes - 1]."""
    others = answers[~is_target].view(len(answers), -1)
    together = others.logsumexp(1, keepdim=True)
    target = answers[is_target].unsqueeze(1)
    return torch.cat([target, together], dim=1), others - together


def attention_distance(mine: Tensor, told: Tensor) -> Tensor:
    """Squared distance of attention maps [B, stages, places] of unit length, paired from the last stage on
    (Zagoruyko & Komodakis, 2017, arXiv:1612.03928): the mean over examples and stages."""
    stages = min(mine.shape[1], told.shape[1])
    return (mine[:, -stages:] - told[:, -stages:]).square().sum(2).mean()


def relational_distance(mine: Tensor, told: Tensor) -> Tensor:
    """Distances between examples' features [B, width], and angles at twice their weight, compared by the
    Huber loss (Park et al., 2019, arXiv:1904.05068)."""
    distance = F.smooth_l1_loss(_distances(mine), _distances(told))
    return distance + 2 * F.smooth_l1_loss(_angles(mine[:ANGLES]), _angles(told[:ANGLES]))


def _distances(features: Tensor) -> Tensor:
    """Between all pairs [B, B], in units of their mean."""
    squares = (features.unsqueeze(0) - features.unsqueeze(1)).square().sum(2)
    found = squares.clamp_min(1e-12).sqrt()
    apart = ~torch.eye(len(features), dtype=torch.bool)
    return torch.where(apart, found / found[apart].mean().clamp_min(1e-6), 0)


def _angles(features: Tensor) -> Tensor:
    """The cosine at each corner of all triangles [B, B, B]."""
    sides = F.normalize(features.unsqueeze(0) - features.unsqueeze(1), dim=2)
    return sides @ sides.transpose(1, 2)
