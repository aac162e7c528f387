"""Changes of a model as whole numbers of so many bits, counted in a circle, so that they add up without any error.

All clients of a round round to one grid, for their numbers are only ever seen as a sum: the circle has room for all of
them, so that masked messages take a few bits more than plain ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.encoding import integer_levels
from compression.techniques.federated.key_agreement import Words
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.messages import BITS

FINEST = 2.0**-18
"""The grid of numbers that aren't rounded to few bits, 4e-6: with 10 clients they reach 819, with 100 81."""
WIDE = 32
WIDER, LEAST = 16.0, 0.1
"""A channel's grid reaches so many times as far as the last mean change went there, and at least this share of what
it would for the whole tensor. A client's own change goes farther than the mean; what doesn't fit waits for the next
round (error feedback). The digits' network, 10 clients, alpha 0.5, int4, 3 seeds: 87.4 % of the validation examples
at 16, 85.6 at 8, 82.2 at 4; unmasked 87.1."""


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """``step`` [size] is what 1 stands for, ``highest`` [size] the largest that one client adds; ``bits`` are so many
    for each of the numbers of these counts, in their order."""

    step: Tensor
    highest: Tensor
    bits: Sequence[tuple[int, int]]

    def whole(self, row: Tensor, *, towards_zero: bool = False) -> Tensor:
        """The nearest whole numbers, or those below in size, that a row [size] comes to on the grid."""
        count = row.double() / self.step
        count = count.trunc() if towards_zero else count.round()
        return torch.maximum(torch.minimum(count, self.highest), -self.highest)

    def value(self, whole: Tensor) -> Tensor:
        return (whole * self.step).float()

    def residues(self, whole: Tensor) -> Words:
        """Whole numbers in the circle."""
        signed: NDArray[np.int64] = whole.numpy().astype(np.int64)
        return signed.astype(np.uint32) & self.circle

    def signed(self, residues: Words) -> Tensor:
        """The whole numbers nearest to 0 that stand at these places of the circle."""
        span = self.circle.astype(np.int64) + 1
        places = (residues & self.circle).astype(np.int64)
        return torch.from_numpy(np.where(places >= span // 2, places - span, places)).double()

    @property
    def circle(self) -> Words:
        """For each of the numbers [size] the last place of its circle, all bits of it set."""
        ends = [np.full(count, 2**bits - 1, np.uint32) for count, bits in self.bits]
        return np.concatenate(ends)

    @property
    def length(self) -> int:
        """Bytes of a message."""
        return sum(-(-count * bits // 8) for count, bits in self.bits)

    def packed(self, residues: Words) -> bytes:
        """Only the bits that count."""
        message, at = b"", 0
        for count, bits in self.bits:
            part = residues[at : at + count].astype("<u4")
            if bits == WIDE:
                message += part.tobytes()
            else:
                single = np.unpackbits(
                    part.view(np.uint8).reshape(count, 4), axis=1, bitorder="little"
                )
                message += np.packbits(single[:, :bits], bitorder="little").tobytes()
            at += count
        return message

    def unpacked(self, message: bytes) -> Words:
        """ValueError where the length isn't that of a message."""
        if len(message) != self.length:
            raise ValueError(f"A masked message has {self.length} bytes, not {len(message)}.")
        parts, at = [], 0
        for count, bits in self.bits:
            length = -(-count * bits // 8)
            raw = np.frombuffer(message[at : at + length], np.uint8)
            if bits == WIDE:
                parts.append(raw.view("<u4"))
            else:
                single = np.unpackbits(raw, bitorder="little", count=count * bits)
                words = np.zeros((count, WIDE), np.uint8)
                words[:, :bits] = single.reshape(count, bits)
                parts.append(np.packbits(words, axis=1, bitorder="little").view("<u4").ravel())
            at += length
        return np.concatenate(parts).astype(np.uint32)


def grid_for(layout: Layout, update: str, reach: Tensor, clients: int) -> FixedPoint:
    """The grid of a round of so many clients; ``reach`` [learned] is how far each number may go, empty where nobody
    knows it yet: then, as for floats and batch norms' statistics, all have 32 bits."""
    counted = layout.size - layout.learned
    wide = float((2 ** (WIDE - 1) - 1) // clients)
    if update not in BITS or not len(reach):
        one = torch.ones(layout.size, dtype=torch.float64)
        return FixedPoint(FINEST * one, wide * one, [(layout.size, WIDE)])
    last = float(integer_levels(BITS[update])[-1])
    rest = torch.ones(counted, dtype=torch.float64)
    bits = int(2 * clients * last).bit_length()
    return FixedPoint(
        torch.cat([(reach.double() / last).clamp_min(FINEST), FINEST * rest]),
        torch.cat([torch.full((layout.learned,), last, dtype=torch.float64), wide * rest]),
        [(layout.learned, bits), (counted, WIDE)] if counted else [(layout.learned, bits)],
    )


def reach_after(layout: Layout, mean: Tensor) -> Tensor:
    """How far the numbers may go in the next round [learned], from the mean change [size] of this one."""
    reach = mean.abs()
    for name, values in layout.tensors(reach).items():
        if name in layout.parameter_names and values.ndim:
            channels = values.flatten(1).amax(1) if values.ndim > 1 else values.amax().expand(1)
            wanted = WIDER * channels.clamp_min(LEAST * float(values.max()))
            values.copy_(wanted.reshape(-1, *[1] * (values.ndim - 1)).expand_as(values))
    return reach[: layout.learned]
