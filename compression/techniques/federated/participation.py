"""Who takes part in a round, who vanishes, and who comes too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from compression.techniques.federated.chance import chance
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

    @property
    def answering(self) -> tuple[int, ...]:
        """Those who send something before the round ends or at its end."""
        return tuple(client for client in self.asked if client not in self.dropped)

    def share_of(self, client: int) -> float:
        """Of its work that a client does."""
        return self.done[self.asked.index(client)]


def draw(step: Federate, sizes: Sequence[int], round_number: int, seed: int) -> Participation:
    """As many of the clients with examples as the share a round says, at least one."""
    able = [client for client, size in enumerate(sizes) if size]
    random = chance(seed, "participation", round_number)
    count = max(1, round(step.sample * len(able)))
    order = torch.randperm(len(able), generator=random)[:count]
    asked = tuple(sorted(able[place] for place in order.tolist()))
    fate = torch.rand(3, len(asked), generator=random)
    dropped = tuple(c for c, x in zip(asked, fate[0].tolist(), strict=True) if x < step.dropouts)
    late = tuple(
        c
        for c, x in zip(asked, fate[1].tolist(), strict=True)
        if x < step.stragglers and c not in dropped
    )
    part = (LEAST + (MOST - LEAST) * fate[2]).tolist()
    done = tuple(x if c in late else 1.0 for c, x in zip(asked, part, strict=True))
    return Participation(asked, dropped, late, done)
