"""What clients do in a round: each moves the weights that it was sent along the gradients of its own examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import torch
from torch import Tensor, nn

from compression.techniques.federated.chance import chance
from compression.techniques.federated.copies import Gradients
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.moving import LocalPlan, Moving
from compression.techniques.federated.split import Places
from compression.training.data import TrainingData

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Work:
    """What a client is to do in a round."""

    client: int
    updates: int


def updates_of(examples: int, epochs: float, batch: int) -> int:
    """In so many passes over examples; at least one if there are any."""
    return max(1, round(epochs * examples / batch)) if examples else 0


@dataclass(frozen=True, eq=False)
class Learned:
    """What clients hold after a round, in the order of their work: rows [K, size], and mean losses [K]."""

    rows: Tensor
    losses: Tensor


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
        return updates_of(len(self.parts[client]), epochs, batch)

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
        velocity = torch.zeros(len(work), self.layout.learned)
        offsets = self.offsets
        if offsets is not None:
            offsets = offsets[[each.client for each in ordered]]
        moving: Moving | None = None
        torch.manual_seed(chance(self.seed, "dropout", round_number).initial_seed())
        examples = self._examples(ordered, plan.batch, round_number)
        longest = ordered[0].updates if ordered else 0
        for update, (inputs, labels) in enumerate(examples, start=1):
            active = len(labels)
            if moving is None or active < len(moving.rows):
                shown = None if offsets is None else offsets[:active]
                moving = Moving.of(self.layout, rows[:active], velocity[:active], start, shown)
            losses[:active] += moving.update(self.gradients, plan, inputs, labels)
            tell(update / longest)
        losses /= torch.tensor([max(1, each.updates) for each in ordered])
        back = torch.tensor(order, dtype=torch.long).argsort()
        return Learned(rows[back], losses[back])

    def _examples(self, ordered: Sequence[Work], batch: int, round_number: int) -> Iterator[Batch]:
        """The batches of one update after the other, of those who still have any: inputs [K, B, ...], labels [K, B]."""
        batches = [self._batches(each, batch, round_number) for each in ordered]
        random = chance(self.seed, "augment", round_number)
        for now in zip_longest(*batches):
            places = torch.stack([each for each in now if each is not None])
            flat = self.data.inputs.index_select(0, places.flatten())
            inputs = self.data.augment(flat, random).unflatten(0, places.shape)
            yield inputs, self.data.labels[places]

    def _batches(self, work: Work, batch: int, round_number: int) -> list[Tensor]:
        """The places [batch] of each update: pass after pass over its examples, each in an order of its own."""
        own = torch.from_numpy(self.parts[work.client])
        random = chance(self.seed, "order", round_number, work.client)
        passes = -(-work.updates * batch // max(1, len(own)))
        orders = [own[torch.randperm(len(own), generator=random)] for _ in range(passes)]
        return list(torch.cat(orders)[: work.updates * batch].split(batch)) if orders else []
