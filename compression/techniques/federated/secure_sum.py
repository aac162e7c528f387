"""All messages of one securely aggregated round between clients and server, each counted as it is encoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from compression.techniques.federated.fixed_point import FixedPoint
from compression.techniques.federated.masking_client import BOX_BYTES, HELLO_BYTES, MaskingClient
from compression.techniques.federated.masking_server import MaskingServer
from compression.techniques.federated.shamir import SHARE_BYTES

NAME_BYTES = 2
"""That say which client something is from."""


@dataclass(frozen=True, eq=False)
class SecureSum:
    """The sum [size] of whole numbers, None where the masks can't be taken off it; the bytes of each client."""

    total: Tensor | None
    up: Mapping[int, int]
    down: Mapping[int, int]
    note: str = ""


def threshold_of(clients: int) -> int:
    """More than half, so that no server can ask two halves for two different shares."""
    return max(2, clients // 2 + 1)


def bytes_besides(clients: int) -> int:
    """What masks cost each of so many clients who stay until the end, besides its numbers."""
    return (
        HELLO_BYTES
        + (clients - 1) * (BOX_BYTES + NAME_BYTES)
        + clients * (SHARE_BYTES + NAME_BYTES)
    )


def secure_sum(
    joining: Sequence[int], sending: Mapping[int, Tensor], grid: FixedPoint
) -> SecureSum:
    """The sum of what the clients ``sending`` have [size, whole numbers]; the others of those who are ``joining`` have
    exchanged keys and shares, and vanish then."""
    count = len(joining)
    if count < 2:
        return SecureSum(None, {}, {}, "Fewer than 2 clients took part, and nobody hides alone")
    threshold = threshold_of(count)
    clients = {number: MaskingClient(number) for number in joining}
    everybody = {number: client.hello() for number, client in clients.items()}
    boxes = {number: client.share(everybody, threshold) for number, client in clients.items()}
    up = {number: HELLO_BYTES + len(boxes[number]) * (BOX_BYTES + NAME_BYTES) for number in joining}
    others = (count - 1) * (HELLO_BYTES + BOX_BYTES + 2 * NAME_BYTES)
    down = dict.fromkeys(joining, others)
    server = MaskingServer(everybody, threshold, grid.circle, joining)
    for number in sending:
        clients[number].take(
            {sender: boxes[sender][number] for sender in joining if sender != number}
        )
        masked = clients[number].masked(grid.residues(sending[number]), grid.circle)
        message = grid.packed(masked)
        up[number] += len(message)
        server.add(number, grid.unpacked(message))
    if len(server.arrived) < threshold:
        arrived = f"{len(server.arrived)} of {count} clients' numbers"
        note = f"{arrived} arrived and their sum can't be unmasked below {threshold}"
        return SecureSum(None, up, down, note)
    told = {number: clients[number].reveal(server.arrived) for number in server.arrived}
    for number, shares in told.items():
        up[number] += len(shares) * (SHARE_BYTES + NAME_BYTES)
        down[number] += -(-count // 8)  # who arrived, a bit each
    total = grid.signed(server.unmask(told))
    return SecureSum(total, up, down)
