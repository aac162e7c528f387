"""What happened in each round, kept with the training's result: what pages ask about clients is answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Round:
    """One round that is over; clients by their numbers."""

    number: int
    validation: float
    """Accuracy of the server's model on the validation examples after it."""
    by_class: tuple[float, ...]
    """The same for each class; NaN never occurs: a class without examples has 0."""
    bytes_up: int
    bytes_down: int
    taking_part: tuple[int, ...]
    """Those whose changes counted."""
    dropped: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    """Slow ones: with fedprox their part of the work counts, else it is lost."""
    rejected: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    """Mean training loss of each that took part."""
    up_by_client: tuple[int, ...] = ()
    """Bytes that each of all clients has sent, and been sent."""
    down_by_client: tuple[int, ...] = ()
    note: str = ""
    """What was unusual, in a sentence."""


@dataclass(frozen=True)
class History:
    """All rounds, and what was there before the first."""

    started: float
    """Accuracy on validation before the first round."""
    examples: tuple[tuple[int, ...], ...]
    """How many of each class each client has."""
    rounds: tuple[Round, ...] = field(default=())

    @property
    def bytes_sent(self) -> int:
        """By all clients and to them, over the whole training."""
        return sum(each.bytes_up + each.bytes_down for each in self.rounds)

    def with_round(self, latest: Round) -> History:
        return History(self.started, self.examples, (*self.rounds, latest))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> History:
    """What ``as_json`` gave, after it was written and read."""
    rounds = tuple(Round(**_with_tuples(each)) for each in kept["rounds"])
    return History(
        float(kept["started"]), tuple(tuple(counts) for counts in kept["examples"]), rounds
    )


def _with_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
