"""What students learn by: formulas on a batch, the teacher's answers as logarithms of probabilities [B, classes]."""

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
    is_used = labels != UNKNOWN
    chosen = logits.gather(-1, labels.clamp_min(0).unsqueeze(-1)).squeeze(-1)
    losses = torch.where(is_used, logits.logsumexp(-1) - chosen, 0)
    return losses.mean(-1) / share


def response(logits: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """``T^2 KL(teacher || student)`` of the softened answers (Hinton et al., 2015, arXiv:1503.02531)."""
    return temperature**2 * _divergence(_softened(logits, temperature), teacher)


def decoupled(
    logits: Tensor, teacher: Tensor, labels: Tensor, temperature: float, others: float
) -> Tensor:
    """The divergence in two parts (Zhao et al., 2022, arXiv:2203.08679): target class against all others,
    and, weighted by ``others``, the order among these. The target is the label, or else the teacher's choice.
    """
    student = _softened(logits, temperature)
    target = torch.where(labels == UNKNOWN, teacher.argmax(-1), labels)
    student_target, student_rest = _split(student, target)
    teacher_target, teacher_rest = _split(teacher, target)
    return temperature**2 * (
        _divergence(student_target, teacher_target)
        + others * _divergence(student_rest, teacher_rest)
    )


def _softened(logits: Tensor, temperature: float) -> Tensor:
    return F.log_softmax(logits / temperature, dim=-1)


def _divergence(student: Tensor, teacher: Tensor) -> Tensor:
    """``KL(teacher || student)``, the mean over examples; a class that is left out has minus infinity in both."""
    terms = torch.where(teacher == -torch.inf, 0, teacher.exp() * (teacher - student))
    return terms.sum(-1).mean(-1)


def _split(answers: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms: of target and all others together [..., 2]; of each class among the others, the target's
    minus infinity."""
    index = target.unsqueeze(-1)
    others = answers.scatter(-1, index, -torch.inf)
    together = others.logsumexp(-1, keepdim=True)
    return torch.cat([answers.gather(-1, index), together], dim=-1), others - together


def attention_distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Squared distance of attention maps [B, stages, places] of unit length, paired from the last stage on
    (Zagoruyko & Komodakis, 2017, arXiv:1612.03928): the mean over examples and stages."""
    stages = min(student.shape[1], teacher.shape[1])
    return (student[:, -stages:] - teacher[:, -stages:]).square().sum(2).mean()


def relational_distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Distances between examples' features [B, width], and angles at twice their weight, compared by the
    Huber loss (Park et al., 2019, arXiv:1904.05068)."""
    distance = F.smooth_l1_loss(_distances(student), _distances(teacher))
    return distance + 2 * F.smooth_l1_loss(_angles(student[:ANGLES]), _angles(teacher[:ANGLES]))


def _distances(features: Tensor) -> Tensor:
    """Between all pairs [B, B], in units of their mean."""
    squares = (features.unsqueeze(0) - features.unsqueeze(1)).square().sum(2)
    distances = squares.clamp_min(1e-12).sqrt()
    apart = ~torch.eye(len(features), dtype=torch.bool)
    return torch.where(apart, distances / distances[apart].mean().clamp_min(1e-6), 0)


def _angles(features: Tensor) -> Tensor:
    """The cosine at each corner of all triangles [B, B, B]."""
    sides = F.normalize(features.unsqueeze(0) - features.unsqueeze(1), dim=2)
    return sides @ sides.transpose(1, 2)
