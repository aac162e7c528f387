"""Differential privacy of clients: each one's change is cut to a length, and noise is added to the sum of all
(McMahan et al., 2018, arXiv:1710.06963).

The noise is the server's, on the whole row, batch norms' statistics too: the promise holds towards whoever gets the
model, not towards the server. Here it follows from the seed, as all else; a real server draws it unforeseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from compression.models.compressed import Compressed
from compression.techniques.federated.accountant import Release, epsilon_of_all
from compression.techniques.federated.chance import chance
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.layout import Layout

ROUNDING = 1e-6
"""A cut change is shorter than the clip by this share, so that rounding never makes it longer."""
SMALLEST_VARIANCE = 1e-3


@dataclass(frozen=True)
class Noise:
    """``clients`` is how many could take part: sums are divided by how many are expected, whoever came."""

    step: Federate
    clients: int
    seed: int

    @property
    def expected(self) -> float:
        return self.step.sample * self.clients

    def clipped(self, change: Tensor) -> Tensor:
        """The change [size], no longer than the clip."""
        length = float(torch.linalg.vector_norm(change.double()))
        return change * min(1.0, (1 - ROUNDING) * self.step.clip / max(length, 1e-30))

    def mean(self, total: Tensor, round_number: int) -> Tensor:
        """What the server goes along: the sum [size] of cut changes with noise, over the clients expected."""
        random = chance(self.seed, "noise", round_number)
        noise = torch.randn(len(total), generator=random) * (self.step.dp * self.step.clip)
        return (total + noise) / self.expected


def release(step: Federate) -> tuple[Release, ...]:
    """What the accountant is to know of a training; nothing where nothing is promised."""
    return ((step.dp, step.sample, step.rounds),) if step.dp else ()


def epsilon(step: Federate, before: Sequence[Release] = ()) -> float | None:
    """What the whole training may tell of one client, with all those ``before`` that promised the same; None where
    nothing is promised."""
    return epsilon_of_all([*before, *release(step)]) if step.dp else None


def promising(
    made: Compressed, before: Compressed, step: Federate, *, by_zeros: bool
) -> Compressed:
    """What a training has made of what stood before it, with what it promises; nothing where it keeps zeros, whose
    places tell of examples, of a model that promised nothing (``by_zeros``)."""
    if by_zeros and before.epsilon is None:
        return replace(made, epsilon=None)
    releases = (*before.releases, *release(step)) if step.dp else ()
    return replace(made, epsilon=epsilon(step, before.releases), releases=releases)


def keep_variances(layout: Layout, row: Tensor) -> None:
    """Lift what noise has moved below zero: no batch norm's variance is. In place."""
    for name, values in layout.tensors(row).items():
        if name.endswith("running_var"):
            values.clamp_(min=SMALLEST_VARIANCE)
