"""What a device does when it is asked: says who it is, or trains one round on its own examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from compression.errors import LabError
from compression.federation.messages import Answer, Hello, Memory, Packet
from compression.federation.prepared import prepared_client
from compression.federation.terms import Terms
from compression.techniques.federated.client import Work
from compression.techniques.federated.messages import read, write
from compression.techniques.federated.simulation import local_plan
from compression.training.processor import one_thread


class Device:
    """One client of a training; LabError where terms, number or examples don't fit."""

    def __init__(self, terms: Terms, client: int, file: Path | None = None) -> None:
        self._terms, self._client = terms, client
        self._prepared = prepared_client(terms, client, file)

    def hello(self) -> Hello:
        return Hello(self._client, len(self._prepared.clients.parts[self._client]))

    def train(self, packet: Packet, number: int, memory: Memory | None) -> tuple[Answer, Memory]:
        """Round ``number`` from what the server has sent; the change as a message, and what to keep until the next.

        LabError where the device has missed something, or has learned what is no number.
        """
        of, step = self._prepared, self._terms.step
        common = self._common(packet, memory)
        clients, layout = of.clients, of.clients.layout
        work = Work(self._client, clients.updates(self._client, step.local_epochs, step.batch))
        with one_thread(), torch.random.fork_rng(devices=[]):
            learned = clients.train(common, [work], local_plan(step, number), round_number=number)
        change = learned.rows[0] - common
        if of.mask is not None:
            change = change * of.mask
        if not bool(change.isfinite().all()):
            raise LabError(
                f"Client {self._client} has learned what is no number in round {number}: lower the learning rate (lr)."
            )
        left_out = _floats(memory.left_out) if memory and memory.left_out else None
        wanted = change if left_out is None else change + left_out
        message = write(wanted, layout, step)
        answer = Answer(message.data, float(learned.losses[0]))
        if step.update == "fp32":  # the whole model comes each time, and nothing is left out
            return answer, Memory(b"", b"", packet.heard)
        return answer, Memory(_bytes(common), _bytes(wanted - message.row), packet.heard)

    def _common(self, packet: Packet, memory: Memory | None) -> Tensor:
        """The clients' model [size] as the server has it."""
        layout = self._prepared.clients.layout
        if packet.is_whole:
            common = _floats(packet.pieces[0])
            if len(common) != layout.size:
                raise LabError(
                    f"The server's model has {len(common)} numbers and this client's {layout.size}: install the same "
                    "version of the project on both."
                )
            return common
        if packet.heard - len(packet.pieces) != (memory.heard if memory else 0):
            raise LabError(
                f"Client {self._client} has missed news of the model: it needs the whole of it."
            )
        common = _floats(memory.common) if memory else self._prepared.server.row
        for piece in packet.pieces:
            common = common + read(piece, layout, self._terms.step)
        return common


def _floats(data: bytes) -> Tensor:
    return torch.from_numpy(np.frombuffer(data, np.float32).copy())


def _bytes(row: Tensor) -> bytes:
    return row.numpy().tobytes()
