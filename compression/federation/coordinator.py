"""What the server does: round after round it asks devices, screens what comes back, and goes on with their mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from compression.errors import LabError, reason_of
from compression.federation.messages import Answer, Packet
from compression.federation.outbox import Outbox
from compression.techniques.federated.history import Round
from compression.techniques.federated.messages import read
from compression.techniques.federated.participation import draw
from compression.techniques.federated.screening import refused
from compression.techniques.federated.simulation import Simulation
from compression.training.processor import one_thread

NOTHING_ARRIVED = "No client's changes arrived, so this round changed nothing."
EMPTY_ROUNDS = 3
"""After so many rounds in a row without an answer there is nobody left to wait for."""


class Link(Protocol):
    """The way to the devices."""

    def ask(self, packets: Mapping[int, Packet], number: int) -> Mapping[int, Answer | str]:
        """Answers by client, in bounded time: a sentence where one failed, nothing where none came."""

    def say(self, sentence: str) -> None:
        """Tell whoever watches."""


class Coordinator:
    """A training whose clients are reached by a link; each has told how many examples it has."""

    def __init__(self, simulation: Simulation, link: Link, examples: Mapping[int, int]) -> None:
        self.simulation = simulation
        self._link = link
        self._sizes = [examples.get(client, 0) for client in range(len(simulation.clients.parts))]
        self._outbox = Outbox(simulation.exchange, len(self._sizes))

    def run(self) -> None:
        """All rounds; LabError where nobody answers any more."""
        of, empty = self.simulation, 0
        with one_thread():
            started, _ = of.validate(of.best)
            of.best_validation, of.history = started, replace(of.history, started=started)
            while not of.is_finished:
                latest = self.play()
                self._link.say(_in_words(latest, of.step.rounds))
                empty = 0 if latest.taking_part else empty + 1
                if empty == EMPTY_ROUNDS:
                    raise LabError(
                        f"No client's changes arrived in {empty} rounds in a row: see what the devices say, and start "
                        "again when they answer."
                    )

    def play(self) -> Round:
        """One round."""
        of = self.simulation
        number = len(of.history.rounds) + 1
        who = draw(of.step, self._sizes, number, of.clients.seed)
        packets = self._outbox.packets(of.server.row, who.asked)
        answers = self._link.ask(packets, number)
        rows = {client: self._row(client, answers.get(client)) for client in who.asked}
        there = {client: row for client, row in rows.items() if row is not None}
        bad = _bad(there)
        for client in bad:
            self._link.say(
                f"Client {client}: refused, as no number or far larger than others' changes."
            )
        taken = [client for client in there if client not in bad]
        wrong = tuple(
            c
            for c in who.asked
            if c in bad or (rows[c] is None and isinstance(answers.get(c), Answer))
        )
        up = {c: len(each.data) for c, each in answers.items() if isinstance(each, Answer)}
        everybody = range(len(self._sizes))
        latest = Round(
            number=number,
            validation=0.0,
            by_class=(),
            bytes_up=sum(up.values()),
            bytes_down=sum(packet.bytes for packet in packets.values()),
            taking_part=tuple(taken),
            dropped=tuple(c for c in who.asked if c not in there and c not in wrong),
            rejected=wrong,
            losses=tuple(round(_loss(answers[client]), 4) for client in taken),
            up_by_client=tuple(up.get(client, 0) for client in everybody),
            down_by_client=tuple(packets[c].bytes if c in packets else 0 for c in everybody),
            note="" if taken else NOTHING_ARRIVED,
        )
        changes = [there[client] for client in taken]
        arrived = torch.stack(changes) if changes else torch.empty(0, of.clients.layout.size)
        return of.settle(arrived, [float(self._sizes[client]) for client in taken], latest)

    def _row(self, client: int, answer: Answer | str | None) -> Tensor | None:
        """The change [size] that a client has sent; None where there is none to be had, and why is told."""
        if not isinstance(answer, Answer):
            self._outbox.lost(client)
            self._link.say(f"Client {client}: {answer or 'no answer in time.'}")
            return None
        layout, step = self.simulation.clients.layout, self.simulation.step
        try:
            row = read(answer.data, layout, step)
            if row.shape != (layout.size,):
                raise ValueError(f"{row.numel()} numbers instead of {layout.size}")
            if not math.isfinite(answer.loss):
                raise ValueError("a loss that is no number")
        except Exception as error:  # whatever a stranger's bytes may do to a reader
            self._link.say(f"Client {client}: what it sent is no message ({reason_of(error)}).")
            return None
        return row


def _bad(rows: Mapping[int, Tensor]) -> set[int]:
    """Who has sent what is no number or far too large."""
    if not rows:
        return set()
    verdicts = refused(torch.stack(list(rows.values())))
    return {client for client, is_bad in zip(rows, verdicts, strict=True) if is_bad}


def _loss(answer: Answer | str) -> float:
    assert isinstance(answer, Answer)
    return answer.loss


def _in_words(latest: Round, rounds: int) -> str:
    words = [
        f"Round {latest.number} of {rounds}: {100 * latest.validation:.1f} % right on validation",
        f"clients {', '.join(map(str, latest.taking_part)) or 'none'}",
        f"{latest.bytes_up:,} bytes up, {latest.bytes_down:,} down",
    ]
    if latest.dropped:
        words.append(f"without an answer {', '.join(map(str, latest.dropped))}")
    if latest.rejected:
        words.append(f"refused {', '.join(map(str, latest.rejected))}")
    return "; ".join(words) + "."
