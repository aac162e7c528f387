"""What comes to the server in a round: each client's message, or, masked, their sum alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from compression.techniques.federated.exchange import FLOAT_BYTES, Exchange
from compression.techniques.federated.fixed_point import grid_for, reach_after
from compression.techniques.federated.noise import Noise
from compression.techniques.federated.participation import Participation
from compression.techniques.federated.screening import refused, unreadable
from compression.techniques.federated.secure_sum import secure_sum


@dataclass(frozen=True, eq=False)
class Brought:
    """What clients have to send: changes [K, size] of clients, and how much each counts."""

    clients: Sequence[int]
    changes: Tensor
    weights: Mapping[int, float]
    round_number: int


@dataclass(frozen=True, eq=False)
class Collected:
    """``rows`` [M, size] are what the server goes along, weighted; bytes are those besides the model's, by client."""

    rows: Tensor
    weights: Sequence[float]
    taken: Sequence[int]
    """Places of those whose changes count."""
    rejected: Sequence[int]
    up: Mapping[int, int]
    down: Mapping[int, int] = field(default_factory=dict)
    note: str = ""


def collect(
    exchange: Exchange, who: Participation, brought: Brought, noise: Noise | None
) -> Collected:
    """By the step's way; ``noise`` is there where clients' privacy is promised."""
    if exchange.step.secure == "on":
        return _masked(exchange, who, brought, noise)
    return _openly(exchange, brought, noise)


def _openly(exchange: Exchange, brought: Brought, noise: Noise | None) -> Collected:
    """The server reads each message."""
    changes = brought.changes
    is_refused = refused(changes) if noise is None else unreadable(changes)
    rows, up = [], {}
    for place, client in enumerate(brought.clients):
        if is_refused[place]:  # what it sends is read, and thrown away
            up[client] = FLOAT_BYTES * exchange.layout.size
            continue
        row, up[client] = exchange.up(client, changes[place])
        rows.append(row)
    taken = [place for place, bad in enumerate(is_refused) if not bad]
    weights = [brought.weights[brought.clients[place]] for place in taken]
    if noise is not None:
        cut = [noise.clipped(row) for row in rows]
        total = torch.stack(cut).sum(0) if cut else torch.zeros(exchange.layout.size)
        arrived, weights = noise.mean(total, brought.round_number)[None], [1.0]
    elif rows:
        arrived = torch.stack(rows)
    else:
        arrived = changes[:0]
    return Collected(
        arrived, weights, taken, [p for p, bad in enumerate(is_refused) if bad], up,
        note="" if taken else f"No client's changes arrived, {_instead(noise)}",
    )  # fmt: skip


def _masked(
    exchange: Exchange, who: Participation, brought: Brought, noise: Noise | None
) -> Collected:
    """The server reads the sum alone. Who has nothing that is a number vanishes, as clients do."""
    layout, rejected = exchange.layout, unreadable(brought.changes)
    grid = grid_for(layout, exchange.step.update, exchange.reach, max(1, len(who.joining)))
    taken = [place for place, bad in enumerate(rejected) if not bad]
    heaviest = max((brought.weights[c] for c in brought.clients), default=1.0)
    share = {c: 1.0 if noise else brought.weights[c] / heaviest for c in brought.clients}
    sending = {client: torch.zeros(layout.size, dtype=torch.float64) for client in who.padding}
    for place in taken:
        client = brought.clients[place]
        wanted = exchange.wanted(client, brought.changes[place])
        if noise is not None:
            wanted = noise.clipped(wanted)
        whole = grid.whole(share[client] * wanted, towards_zero=noise is not None)
        exchange.keep(client, wanted - grid.value(whole) / share[client])
        sending[client] = whole
    found = secure_sum(who.joining, sending, grid)
    if found.total is None:
        taken, mean = [], torch.zeros(layout.size)
    elif noise is None:
        mean = grid.value(found.total) / sum(share[brought.clients[place]] for place in taken)
    else:
        mean = grid.value(found.total)
    if noise is not None:
        mean = noise.mean(mean, brought.round_number)
    if found.total is not None:
        exchange.reach = reach_after(layout, mean)
    is_still = found.total is None and noise is None
    return Collected(
        mean[None][: 0 if is_still else 1], [] if is_still else [1.0], taken,
        [place for place, bad in enumerate(rejected) if bad], found.up, found.down,
        note=f"{found.note}, {_instead(noise)}" if found.note else "",
    )  # fmt: skip


def _instead(noise: Noise | None) -> str:
    return f"so this round {'changed nothing' if noise is None else 'added noise alone'}."
