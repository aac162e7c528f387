"""What travels between server and clients in a round, each message counted as it is encoded."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from compression.techniques.federated.knobs import NEW, Federate
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.messages import write

FLOAT_BYTES = 4


@dataclass(eq=False)
class Exchange:
    """The model that all clients can have [size], what messages have left out so far, and what each client missed.

    What is rounded away is not lost: it is added to the next message (error feedback; Karimireddy et al., 2019,
    arXiv:1901.09847). Down, the server sends changes of the clients' model towards its own, and who has missed some
    gets those, too, or the whole model where that is shorter. A new network needs no sending at first: its weights
    follow from the seed.
    """

    step: Federate
    layout: Layout
    common: Tensor
    left_out: Tensor
    """Of each client's messages up [clients, size]; of no use, and empty, where messages lose nothing."""
    missed: list[int]
    """Bytes of changes that each client has not got yet; -1 for the whole model."""
    reach: Tensor = field(default_factory=lambda: torch.empty(0))
    """How far the numbers of masked messages go [learned]; empty where nobody knows it yet."""

    @classmethod
    def begin(cls, step: Federate, layout: Layout, row: Tensor, clients: int) -> Exchange:
        width = layout.size if step.update != "fp32" else 0
        missed = [0 if step.start == NEW else -1] * clients
        return cls(step, layout, row.clone(), torch.zeros(clients, width), missed)

    def down(self, row: Tensor, clients: tuple[int, ...]) -> tuple[int, ...]:
        """Bring the clients' model up to the server's [size]; the bytes that this takes for each who takes part."""
        whole, data = FLOAT_BYTES * self.layout.size, self.news(row)
        if self.step.update == "fp32":
            return (whole,) * len(clients)
        if data:
            self.missed = [m if m < 0 else min(whole, m + len(data)) for m in self.missed]
        sent = tuple(whole if self.missed[c] < 0 else self.missed[c] for c in clients)
        for client in clients:
            self.missed[client] = 0
        return sent

    def news(self, row: Tensor) -> bytes:
        """Bring the clients' model up to the server's [size]; the message that does so, empty where none is due."""
        if self.step.update == "fp32":
            self.common = row.clone()
            return write(row, self.layout, self.step).data
        if not bool((row != self.common).any()):
            return b""
        message = write(row - self.common, self.layout, self.step)
        self.common = self.common + message.row
        return message.data

    def up(self, client: int, change: Tensor) -> tuple[Tensor, int]:
        """The change [size] of a client as the server reads it, and its bytes."""
        if self.step.update == "fp32":
            return change, len(write(change, self.layout, self.step).data)
        wanted = self.wanted(client, change)
        message = write(wanted, self.layout, self.step)
        self.keep(client, wanted - message.row)
        return message.row, len(message.data)

    def wanted(self, client: int, change: Tensor) -> Tensor:
        """A change [size] with what the client's messages have left out until now."""
        return change if self.step.update == "fp32" else change + self.left_out[client]

    def keep(self, client: int, left_out: Tensor) -> None:
        """What a message has left out [size], for the next one."""
        if self.step.update != "fp32":
            self.left_out[client] = left_out
