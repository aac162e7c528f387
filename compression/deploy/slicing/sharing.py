"""The plan with the smallest largest device where layers may be shared out: dynamic programming once more.

Besides contiguous stages it knows layers in shards, each on a device of its own, and a last stage that lies on the
first device, where an example comes back to: small layers at the end then need no device for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compression.deploy.slicing.layers import Layers
from compression.deploy.slicing.optimum import Costs


@dataclass(frozen=True)
class Piece:
    """Layers ``first`` to ``end`` - 1 in so many shards, on the devices from ``device`` on."""

    first: int
    end: int
    shards: int
    device: int


@dataclass(frozen=True)
class Shared:
    """Pieces in the order in which an example passes them, and the memory of the device that needs most."""

    pieces: tuple[Piece, ...]
    memory_bytes: float


def best_shared(layers: Layers, costs: Costs, devices: int) -> Shared | None:
    """Of all such plans on exactly so many devices the one whose largest device needs least; None if there is none."""
    found = [_ending(layers, costs, devices, tail) for tail in range(1, costs.n + 1)]
    known = [each for each in found if each is not None]
    return min(known, key=lambda each: (each.memory_bytes, len(each.pieces)), default=None)


def _ending(layers: Layers, costs: Costs, devices: int, tail: int) -> Shared | None:
    """The same with the layers from ``tail`` on back on the first device; all pass on where it is the last + 1."""
    n = costs.n
    back = 0.0 if tail == n else float(costs.memory_bytes[tail, n])
    # least[d][j]: of the largest device, with the first j layers on d devices; from which piece it comes.
    least = np.full((devices + 1, n + 1), np.inf)
    came: dict[tuple[int, int], tuple[int, int]] = {}
    least[0, 0] = 0.0
    for used in range(devices):
        for first in np.flatnonzero(np.isfinite(least[used, :tail])).tolist():
            for end in range(first + 1, tail + 1):
                needed = float(costs.memory_bytes[first, end]) + (back if first == 0 else 0.0)
                _try(least, came, used, first, end, 1, needed)
            single = layers.layers[first].divisible
            # A shard on the first device could not be told from the others; the end needs one device to say it.
            if single is None or first == 0 and back or first + 1 == n:
                continue
            for shards in range(2, min(devices - used, single.channels) + 1):
                _try(
                    least, came, used, first, first + 1, shards, shard_bytes(layers, first, shards)
                )
    if not np.isfinite(least[devices, tail]):
        return None
    pieces: list[Piece] = [] if tail == n else [Piece(tail, n, 1, 0)]
    used, end = devices, tail
    while end:
        first, shards = came[used, end]
        pieces.insert(0, Piece(first, end, shards, used - shards))
        used, end = used - shards, first
    return Shared(tuple(pieces), float(least[devices, tail]))


def shard_bytes(layers: Layers, at: int, shards: int) -> float:
    """Memory of the largest shard of a layer: its share of the weights, all of the input, its share of the output."""
    layer = layers.layers[at]
    share = (
        -(-layer.divisible.channels // shards) / layer.divisible.channels
        if layer.divisible
        else 1.0
    )
    return share * layer.weight_bytes + layer.activation_bytes


def _try(
    least: np.ndarray, came: dict[tuple[int, int], tuple[int, int]],
    used: int, first: int, end: int, shards: int, needed: float,
) -> None:  # fmt: skip
    worst = max(float(least[used, first]), needed)
    if worst < least[used + shards, end]:
        least[used + shards, end] = worst
        came[used + shards, end] = (first, shards)
