"""Who takes part in a round, who vanishes, and who comes too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from compression.techniques.federated.chance import chance
from compression.techniques.federated.client import Work, updates_of
from compression.techniques.federated.knobs import Federate

LEAST, MOST = 0.1, 0.9
"""Share of its work that a straggler has done when the round ends."""


@dataclass(frozen=True)
class Participation:
    """The clients of one round, ascending; ``done`` is the share of its work that each of ``asked`` does."""

    asked: tuple[int, ...]
    dropped: tuple[int, ...]
    late: tuple[int, ...]
    done: tuple[float, ...]
    joining: tuple[int, ...] = ()
    """Those who exchange keys where messages are masked."""
    padding: tuple[int, ...] = ()
    """Of these, those who were not drawn and hide it: they send masked zeros."""

    @property
    def answering(self) -> tuple[int, ...]:
        """Those who send something before the round ends or at its end."""
        return tuple(client for client in self.asked if client not in self.dropped)

    def share_of(self, client: int) -> float:
        """Of its work that a client does."""
        return self.done[self.asked.index(client)]


def draw(step: Federate, sizes: Sequence[int], round_number: int, seed: int) -> Participation:
    """As many of the clients with examples as the share a round says, at least one.

    Where their privacy is promised each is drawn by itself with this chance, as the accountant assumes; and with masks
    all take part in masking, so that neither a sum nor its failing tells who was drawn.
    """
    able = [client for client, size in enumerate(sizes) if size]
    random = chance(seed, "participation", round_number)
    if step.dp:
        drawn = torch.rand(len(able), generator=random)
        asked = tuple(c for c, x in zip(able, drawn.tolist(), strict=True) if x < step.sample)
    else:
        count = max(1, round(step.sample * len(able)))
        order = torch.randperm(len(able), generator=random)[:count]
        asked = tuple(sorted(able[place] for place in order.tolist()))
    joining = tuple(able) if step.dp and step.secure == "on" else asked
    fate = torch.rand(3, len(joining), generator=random)
    vanished = {c for c, x in zip(joining, fate[0].tolist(), strict=True) if x < step.dropouts}
    dropped = tuple(client for client in asked if client in vanished)
    late = tuple(
        client
        for client, x in zip(joining, fate[1].tolist(), strict=True)
        if x < step.stragglers and client in asked and client not in vanished
    )
    part = dict(zip(joining, (LEAST + (MOST - LEAST) * fate[2]).tolist(), strict=True))
    done = tuple(part[client] if client in late else 1.0 for client in asked)
    padding = tuple(c for c in joining if c not in asked and c not in vanished)
    return Participation(asked, dropped, late, done, joining, padding)


def work_of(step: Federate, who: Participation, sizes: Sequence[int]) -> list[Work]:
    """What those do in a round whose work counts: of late ones fedprox alone takes what they have done."""
    work = []
    for client in who.answering:
        if client not in who.late or step.algorithm == "fedprox":
            whole = updates_of(sizes[client], step.local_epochs, step.batch)
            work.append(Work(client, max(1, round(who.share_of(client) * whole))))
    return work
