"""Round after round: send, train, return, average."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from compression.techniques.federated.client import Clients
from compression.techniques.federated.collecting import Brought, collect
from compression.techniques.federated.exchange import Exchange
from compression.techniques.federated.history import History, Round
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.moving import LocalPlan
from compression.techniques.federated.noise import Noise, keep_variances
from compression.techniques.federated.participation import Participation, draw, work_of
from compression.techniques.federated.screening import nonsense
from compression.techniques.federated.server import Server

ASKED = 250
"""Validation examples at once."""
LAST_RATE = 0.1
"""Share of the learning rate that is left in the last round."""


@dataclass(eq=False)
class Simulation:
    """All that changes from round to round."""

    step: Federate
    clients: Clients
    server: Server
    exchange: Exchange
    judged: nn.Module
    """Takes the server's weights to be validated; in evaluation mode."""
    mask: Tensor | None
    """Of the row [size]: 0 where a number stays zero. None where none has to."""
    history: History
    best: Tensor
    """The row that was best on validation."""
    best_validation: float
    noise: Noise | None = None
    """Where clients' privacy is promised."""

    @property
    def is_finished(self) -> bool:
        return len(self.history.rounds) == self.step.rounds

    def play(self, tell: Callable[[float], None]) -> Round:
        """One round; ``tell`` is told the share of it that is done, and may raise: then it is played again."""
        step, number = self.step, len(self.history.rounds) + 1
        who = draw(step, [len(part) for part in self.clients.parts], number, self.clients.seed)
        down = dict(zip(who.asked, self.exchange.down(self.server.row, who.asked), strict=True))
        counting, losses, changes = self._learned(who, number, tell)
        changes = nonsense(changes, [client < step.faulty for client in counting])
        weights = {c: len(self.clients.parts[c]) * who.share_of(c) for c in counting}
        brought = Brought(counting, changes, weights, number)
        got = collect(self.exchange, who, brought, self.noise)
        everybody = range(len(self.clients.parts))
        return self.settle(got.rows, got.weights, Round(
            number=number,
            validation=0.0,
            by_class=(),
            bytes_up=sum(got.up.values()),
            bytes_down=sum(down.values()) + sum(got.down.values()),
            taking_part=tuple(counting[place] for place in got.taken),
            dropped=who.dropped,
            late=who.late,
            rejected=tuple(counting[place] for place in got.rejected),
            losses=tuple(round(losses[place], 4) for place in got.taken),
            up_by_client=tuple(got.up.get(c, 0) for c in everybody),
            down_by_client=tuple(down.get(c, 0) + got.down.get(c, 0) for c in everybody),
            note=got.note,
        ))  # fmt: skip

    def settle(self, changes: Tensor, weights: Sequence[float], latest: Round) -> Round:
        """The server takes the changes [K, size] that arrived, and is judged: the round with what that gave."""
        self.server.take(changes, weights)
        if self.noise is not None:
            keep_variances(self.clients.layout, self.server.row)
        if self.mask is not None:
            self.server.row *= self.mask
        right, by_class = self.validate(self.server.row)
        latest = replace(latest, validation=right, by_class=by_class)
        self.history = self.history.with_round(latest)
        if right >= self.best_validation:
            self.best, self.best_validation = self.server.row.clone(), right
        return latest

    def _learned(
        self, who: Participation, number: int, tell: Callable[[float], None]
    ) -> tuple[list[int], list[float], Tensor]:
        """Those whose work counts, their losses, and what they have changed [K, size]."""
        step = self.step
        work = work_of(step, who, [len(part) for part in self.clients.parts])
        sent, plan = self.exchange.common, local_plan(step, number)
        learned = self.clients.train(sent, work, plan, round_number=number, tell=tell)
        changes = learned.rows - sent
        if self.mask is not None:
            changes *= self.mask
        return [each.client for each in work], learned.losses.tolist(), changes

    @torch.no_grad()
    def validate(self, row: Tensor) -> tuple[float, tuple[float, ...]]:
        """The share of the validation examples that these weights get right, in all and of each class."""
        data = self.clients.data
        self.clients.layout.load(self.judged, row)
        said = torch.cat(
            [self.judged(part).argmax(1) for part in data.validation_inputs.split(ASKED)]
        )
        right = said == data.validation_labels
        classes = len(self.history.examples[0])
        counts = torch.bincount(data.validation_labels, minlength=classes)
        hits = torch.bincount(data.validation_labels[right], minlength=classes)
        by_class = (hits / counts.clamp_min(1)).tolist()
        return int(right.sum()) / len(right), tuple(round(each, 4) for each in by_class)


def local_plan(step: Federate, number: int) -> LocalPlan:
    """How clients train in a round."""
    return LocalPlan(
        learning_rate=step.lr * _decay(number, step.rounds),
        batch=step.batch,
        mu=step.mu if step.algorithm == "fedprox" else 0.0,
    )


def _decay(number: int, rounds: int) -> float:
    """Half a cosine from 1 in the first round to ``LAST_RATE`` in the last."""
    done = (number - 1) / max(1, rounds - 1)
    return LAST_RATE + (1 - LAST_RATE) * (0.5 + 0.5 * math.cos(math.pi * done))
