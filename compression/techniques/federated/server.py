"""What the server does with the clients' changes: their mean, and how far it goes along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from compression.techniques.federated.knobs import ADAPTIVE, Federate

FIRST, SECOND, FLOOR = 0.9, 0.99, 1e-3
"""Decay of the running mean and of the running square, and what is added to its root: those of Reddi et al."""


@dataclass(eq=False)
class Server:
    """The model as the server has it [size], and the moments of its optimizer; ``learned`` of the numbers are
    parameters, the others batch norms' statistics, which are averaged whatever the algorithm."""

    step: Federate
    row: Tensor
    learned: int
    first: Tensor
    second: Tensor

    @classmethod
    def begin(cls, step: Federate, row: Tensor, learned: int) -> Server:
        zeros = torch.zeros(learned)
        return cls(step, row.clone(), learned, zeros, torch.full_like(zeros, FLOOR**2))

    def take(self, changes: Tensor, weights: Sequence[float]) -> None:
        """Move by the changes [K, size] of clients, weighted as given; without any, nothing changes."""
        if len(changes):
            share = torch.tensor(weights, dtype=torch.float64)
            self._go_along((share / share.sum()).float() @ changes)

    def _go_along(self, mean: Tensor) -> None:
        """FedAvg goes all the way along the mean change (McMahan et al., 2017, arXiv:1602.05629), FedAdam and FedYogi
        as these optimizers would along a gradient (Reddi et al., 2021, arXiv:2003.00295)."""
        if self.step.algorithm not in ADAPTIVE:
            self.row += mean
            return
        change = mean[: self.learned]
        self.first = FIRST * self.first + (1 - FIRST) * change
        square = change.square()
        if self.step.algorithm == "fedadam":
            self.second = SECOND * self.second + (1 - SECOND) * square
        else:
            self.second = self.second - (1 - SECOND) * square * (self.second - square).sign()
        self.row[: self.learned] += self.step.server_lr * self.first / (self.second.sqrt() + FLOOR)
        self.row[self.learned :] += mean[self.learned :]
