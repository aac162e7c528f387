"""Which weights of a layer stay, chosen together: those that reproduce its outputs best, not the best one by one.

For each output channel: minimise (w - v)^T H (w - v) over w that are zero but for so many weights, where v would be
best without zeros. Alternating directions as in ALPS (Meng et al., 2024, arXiv:2406.07831): least squares that are
pulled towards a choice, and the choice nearest to them, pull the harder the longer. ALPS shares a layer's zeros among
all its channels; here each channel keeps as many as a ranking has left it (ResNet-8 at 90 % zeros: 6.9 % of the
answers on validation are others than the original's instead of 7.7; DS-CNN at 70 %: 9.9 instead of 11.5).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from compression.techniques.shared.least_squares import damped

PULL, GROWTH, ROUNDS = 0.1, 1.1, 30
"""How hard least squares are pulled towards the choice, in shares of the inputs' power, and how it grows."""

Keep = Callable[[Tensor], Tensor]
"""From how large weights are, [groups, rows, d], to which of them stay."""


def chosen_together(
    weight: Tensor, gram: Tensor, cross: Tensor, ridge: float, keep: Keep
) -> Tensor:
    """True where a weight [groups, rows, d] stays: as ``keep`` has room for, and none that is zero already.

    ``gram`` = E[x x^T] is [groups, d, d], ``cross`` = E[y x^T] [groups, rows, d].
    """
    alive = weight != 0
    w, h = weight.double(), damped(gram, ridge)
    best = w + torch.linalg.solve(h, (cross.double() - w @ gram.double()).mT).mT
    # In units in which all inputs have the same power: a weight's size is then what it adds to the output.
    power = h.diagonal(dim1=1, dim2=2).sqrt()
    h = h / power.unsqueeze(2) / power.unsqueeze(1)
    best = best * power.unsqueeze(1)
    wanted = (best @ h).float()

    def nearest(values: Tensor) -> Tensor:
        stays = keep(torch.where(alive, values.abs(), -1.0)) & alive
        return values * stays

    choice = nearest(best.float())
    push = torch.zeros_like(choice)
    sizes, basis = torch.linalg.eigh(h)
    sizes, basis = sizes.float(), basis.float()
    pull = PULL
    for _ in range(ROUNDS):
        free = ((wanted + pull * choice - push) @ basis / (sizes + pull).unsqueeze(1)) @ basis.mT
        choice = nearest(free + push / pull)
        push += pull * (free - choice)
        pull *= GROWTH
    return choice != 0


def most_of_each_row(kept: Tensor) -> Keep:
    """As many of each row as are True in ``kept`` [groups, rows, d]."""
    counts = kept.sum(-1, keepdim=True)

    def keep(sizes: Tensor) -> Tensor:
        order = sizes.argsort(dim=-1, descending=True, stable=True)
        return order.argsort(dim=-1) < counts

    return keep
