"""What each device still has to be sent, so that its copy of the clients' model is the server's."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from compression.federation.messages import Packet
from compression.techniques.federated.exchange import FLOAT_BYTES, Exchange
from compression.techniques.federated.knobs import NEW


class Outbox:
    """Keeps each device's missing news; where these would be longer than the whole model, that is sent.

    The same rule as in the simulation (`Exchange.down`), which only counts the bytes.
    """

    def __init__(self, exchange: Exchange, clients: int) -> None:
        self._exchange = exchange
        self._heard = 0
        begins = exchange.step.start == NEW and exchange.step.update != "fp32"
        self._missed: list[list[bytes] | None] = [[] if begins else None for _ in range(clients)]

    def packets(self, row: Tensor, clients: Sequence[int]) -> dict[int, Packet]:
        """Bring the clients' model up to the server's [size]; what these clients are to be sent for it."""
        if data := self._exchange.news(row):
            self._heard += 1
            self._missed = [self._with(missed, data) for missed in self._missed]
        return {client: self._packet(client) for client in clients}

    def lost(self, client: int) -> None:
        """Nobody knows what this client has got: next time it gets the whole model."""
        self._missed[client] = None

    def _with(self, missed: list[bytes] | None, data: bytes) -> list[bytes] | None:
        if missed is None or self._exchange.step.update == "fp32":
            return None
        longer = [*missed, data]
        whole = FLOAT_BYTES * self._exchange.layout.size
        return longer if sum(map(len, longer)) < whole else None

    def _packet(self, client: int) -> Packet:
        missed, self._missed[client] = self._missed[client], []
        if missed is None:
            return Packet(True, (self._exchange.common.numpy().tobytes(),), self._heard)
        return Packet(False, tuple(missed), self._heard)
