"""Clients' weights on their way through a round: one step of SGD with momentum after the other, all at once."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from compression.techniques.federated.copies import Copies, Gradients
from compression.techniques.federated.layout import Layout


@dataclass(frozen=True)
class LocalPlan:
    """How clients train in a round."""

    learning_rate: float
    batch: int
    mu: float = 0.0
    """Pull towards the weights that were sent (FedProx; Li et al., 2020, arXiv:1812.06127)."""


@dataclass(frozen=True, eq=False)
class Moving:
    """The learned numbers of clients' rows [K, learned] and their velocities, which an update changes in place; both as
    copies of the network; ``start`` [learned] is where they began."""

    rows: Tensor
    velocity: Tensor
    start: Tensor
    copies: Copies

    @classmethod
    def of(
        cls, layout: Layout, rows: Tensor, velocity: Tensor, start: Tensor, offsets: Tensor | None
    ) -> Moving:
        """Views into rows [K, size], velocities [K, learned] and a row [size]."""
        tensors, names = layout.tensors(rows), layout.parameter_names
        learned = {name: tensors[name] for name in names}
        counted = {name: values for name, values in tensors.items() if name not in learned}
        copies = Copies(learned, counted, layout.tensors(velocity, names), offsets)
        return cls(rows[:, : layout.learned], velocity, start[: layout.learned], copies)

    def update(
        self, gradients: Gradients, plan: LocalPlan, inputs: Tensor, labels: Tensor
    ) -> Tensor:
        """One step of each, on a batch [K, B, ...] a client; their losses [K]."""
        losses = gradients(self.copies, inputs, labels)
        if plan.mu:
            self.velocity.add_(self.rows - self.start, alpha=plan.mu)
        self.rows.sub_(self.velocity, alpha=plan.learning_rate)
        return losses
