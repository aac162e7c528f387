"""Gradient inversion: the picture whose update points where a client's does (Zhu et al., 2019, arXiv:1906.08935).

Of Geiping et al., 2020, arXiv:2003.14053, are the cosine distance, the total variation, which prefers smooth pictures,
and signed steps of Adam. The label is taken as known: it can be read off the last layer's gradient (Zhao et al., 2020,
arXiv:2001.02610).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

STEPS, RATE = 300, 0.1
SMOOTH = 0.1
"""What the total variation counts for: 0.01 leaves Fashion-MNIST's pictures rougher, by eye and by likeness."""
FALLS = (3 / 8, 5 / 8, 7 / 8)
"""Of the steps; at each the rate falls to a tenth."""


@dataclass(frozen=True, eq=False)
class Target:
    """What an attacker knows: the network as it was sent, in evaluation mode, the update's direction [size of the
    parameters], the label, and which values pictures have."""

    network: nn.Module
    direction: Tensor
    label: Tensor
    shape: tuple[int, ...]
    low: float
    high: float


def gradient(network: nn.Module, picture: Tensor, label: Tensor, *, again: bool = False) -> Tensor:
    """Of the loss of one picture [1, ...], as one row; ``again`` if it is to be derived once more."""
    with sdpa_kernel(SDPBackend.MATH):  # the only attention that can be derived twice
        loss = F.cross_entropy(network(picture), label)
        found = torch.autograd.grad(loss, list(network.parameters()), create_graph=again)
    return torch.cat([each.flatten() for each in found])


def invert(target: Target, random: torch.Generator) -> tuple[Tensor, float]:
    """The picture that is found [1, ...], and the cosine between its gradient and the target's."""
    picture = (0.1 * torch.randn(1, *target.shape, generator=random)).requires_grad_()
    optimizer = torch.optim.Adam([picture], lr=RATE)
    falls = [int(STEPS * share) for share in FALLS]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, falls, gamma=0.1)
    direction, cosine = F.normalize(target.direction, dim=0), 0.0
    for _ in range(STEPS):
        found = gradient(target.network, picture, target.label, again=True)
        alike = F.normalize(found, dim=0) @ direction
        loss = 1 - alike + SMOOTH * total_variation(picture)
        (slope,) = torch.autograd.grad(loss, [picture])
        picture.grad, cosine = slope.sign(), float(alike.detach())
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            picture.clamp_(target.low, target.high)
    return picture.detach(), cosine


def total_variation(picture: Tensor) -> Tensor:
    """Mean difference of neighbours along each axis of [1, channels, ...]."""
    axes: Sequence[int] = range(2, picture.ndim)
    return torch.stack([picture.diff(dim=axis).abs().mean() for axis in axes]).sum()


def likeness(found: Tensor, real: Tensor) -> float:
    """The correlation of two pictures' values, 0 where there is none."""
    both = torch.stack([found.flatten(), real.flatten()]).double()
    value = float(torch.corrcoef(both)[0, 1])
    return value if value == value else 0.0
