"""What travels between the server and a device, as plain values: `records.py` puts them into Flower's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Packet:
    """What brings a device's copy of the clients' model up to date: the whole of it, or pieces of news, each a message
    of `techniques/federated/messages.py`."""

    is_whole: bool
    pieces: tuple[bytes, ...]
    heard: int
    """Pieces of news that a device has had with these."""

    @property
    def bytes(self) -> int:
        return sum(map(len, self.pieces))


@dataclass(frozen=True)
class Memory:
    """What a device keeps from round to round: the clients' model and what its messages have left out, as floats."""

    common: bytes
    left_out: bytes
    heard: int


@dataclass(frozen=True)
class Hello:
    """How a device introduces itself."""

    client: int
    examples: int


@dataclass(frozen=True)
class Answer:
    """What a device sends back: the change of its weights as a message, and its mean loss."""

    data: bytes
    loss: float
