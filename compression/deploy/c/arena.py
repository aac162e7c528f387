"""Where activations lie in one block of memory: those that are never needed at once share their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNED = 8


@dataclass
class Buffer:
    """An activation: its bytes, the first step that writes it and the last that reads it."""

    bytes: int
    born: int
    dies: int
    offset: int = 0

    def meets(self, other: Buffer) -> bool:
        return self.born <= other.dies and other.born <= self.dies


def place(buffers: Sequence[Buffer]) -> int:
    """Give each buffer its offset, largest first at the lowest place that is free; the length of the whole block."""
    placed: list[Buffer] = []
    for buffer in sorted(buffers, key=lambda each: -each.bytes):
        rivals = sorted((b for b in placed if b.meets(buffer)), key=lambda b: b.offset)
        at = 0
        for rival in rivals:
            if at + buffer.bytes <= rival.offset:
                break
            at = max(at, _aligned(rival.offset + rival.bytes))
        buffer.offset = at
        placed.append(buffer)
    return max((_aligned(b.offset + b.bytes) for b in placed), default=0)


def _aligned(count: int) -> int:
    return -(-count // ALIGNED) * ALIGNED
