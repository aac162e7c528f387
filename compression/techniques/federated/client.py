"""What clients do in a round: each moves the weights that it was sent along the gradients of its own examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compression.techniques.federated.chance import chance
from compression.techniques.federated.copies import Copies, Gradients
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.split import Places
from compression.training.data import TrainingData


@dataclass(frozen=True)
class Work:
    """What a client is to do in a round."""

    client: int
    updates: int


@dataclass(frozen=True)
class LocalPlan:
    """How clients train in a round."""

    learning_rate: float
    batch: int
    mu: float = 0.0
    """Pull towards the weights that were sent (FedProx; Li et al., 2020, arXiv:1812.06127)."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What clients hold after a round, in the order of their work: rows [K, size], and mean losses [K]."""

    rows: Tensor
    losses: Tensor


@dataclass(frozen=True, eq=False)
class _Moving:
    """Clients' rows [K, size] and velocities [K, learned], which an update changes in place, and as copies of the
    network; ``start`` [size] is where they began."""

    rows: Tensor
    velocity: Tensor
    start: Tensor
    copies: Copies

    @classmethod
    def of(
        cls, layout: Layout, rows: Tensor, velocity: Tensor, start: Tensor, offsets: Tensor | None
    ) -> _Moving:
        tensors, names = layout.tensors(rows), layout.parameter_names
        learned = {name: tensors[name] for name in names}
        counted = {name: values for name, values in tensors.items() if name not in learned}
        copies = Copies(learned, counted, layout.tensors(velocity, names), offsets)
        learns = velocity.shape[1]
        return cls(rows[:, :learns], velocity, start[:learns], copies)

    def update(
        self, gradients: Gradients, plan: LocalPlan, inputs: Tensor, labels: Tensor
    ) -> Tensor:
        """One step of SGD with momentum of each; their losses [K]."""
        losses = gradients(self.copies, inputs, labels)
        if plan.mu:
            self.velocity.add_(self.rows - self.start, alpha=plan.mu)
        self.rows.sub_(self.velocity, alpha=plan.learning_rate)
        return losses


@dataclass(frozen=True, eq=False)
class Clients:
    """All clients: their examples, and the network that each of them has a copy of."""

    network: nn.Module
    """In training mode; its own weights don't count."""
    layout: Layout
    data: TrainingData
    parts: Sequence[Places]
    gradients: Gradients
    seed: int
    offsets: Tensor | None = None
    """Of each client, added to its logits while it trains [clients, classes]."""

    def updates(self, client: int, epochs: float, batch: int) -> int:
        """Of its weights, in so many passes over its own examples; at least one if it has any."""
        count = len(self.parts[client])
        return max(1, round(epochs * count / batch)) if count else 0

    @torch.no_grad()
    def train(
        self,
        start: Tensor,
        work: Sequence[Work],
        plan: LocalPlan,
        *,
        round_number: int,
        tell: Callable[[float], None] = lambda share: None,
    ) -> Learned:
        """Train from ``start`` [size]: those with more updates go on when others have done theirs.

        ``tell`` is told the share that is done, and may raise.
        """
        order = sorted(range(len(work)), key=lambda place: -work[place].updates)
        ordered = [work[place] for place in order]
        rows = start.expand(len(work), -1).clone()
        losses = torch.zeros(len(work))
        batches = [self._batches(each, plan.batch, round_number) for each in ordered]
        velocity = torch.zeros(len(work), self.layout.learned)
        offsets = self.offsets
        if offsets is not None:
            offsets = offsets[[each.client for each in ordered]]
        longest = ordered[0].updates if ordered else 0
        random = chance(self.seed, "augment", round_number)
        torch.manual_seed(chance(self.seed, "dropout", round_number).initial_seed())
        moving: _Moving | None = None
        for update in range(longest):
            active = sum(each.updates > update for each in ordered)
            if moving is None or active < len(moving.rows):
                shown = None if offsets is None else offsets[:active]
                moving = _Moving.of(self.layout, rows[:active], velocity[:active], start, shown)
            places = torch.stack([batches[k][update] for k in range(active)])
            flat = self.data.inputs.index_select(0, places.flatten())
            inputs = self.data.augment(flat, random).unflatten(0, places.shape)
            losses[:active] += moving.update(self.gradients, plan, inputs, self.data.labels[places])
            tell((update + 1) / longest)
        losses /= torch.tensor([max(1, each.updates) for each in ordered])
        back = torch.tensor(order, dtype=torch.long).argsort()
        return Learned(rows[back], losses[back])

    def _batches(self, work: Work, batch: int, round_number: int) -> list[Tensor]:
        """The places [batch] of each update: pass after pass over its examples, each in an order of its own."""
        own = torch.from_numpy(self.parts[work.client])
        random = chance(self.seed, "order", round_number, work.client)
        passes = -(-work.updates * batch // max(1, len(own)))
        orders = [own[torch.randperm(len(own), generator=random)] for _ in range(passes)]
        return list(torch.cat(orders)[: work.updates * batch].split(batch)) if orders else []
