"""How a packed file's header says what heads a model's early exits have; their numbers lie behind the model's own."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from compression.models.catalogue import ModelCard
from compression.models.compressed import fold_module
from compression.models.exits import MOST_VALUES, ExitHead, ExitShape, exit_heads

MOST = 64


def write(heads: nn.ModuleList) -> list[list[int]]:
    """For each head whether channels are last, then the shape that it is given."""
    return [
        [int(head.of.channels_last), *head.of.shape] for head in heads if isinstance(head, ExitHead)
    ]


def read(data: Any, card: ModelCard) -> nn.ModuleList | None:
    """Heads as ``write`` described them, untrained, from untrusted data, None for None; ValueError if it is none."""
    if data is None:
        return None
    if not isinstance(data, list) or not 1 <= len(data) <= MOST:
        raise ValueError("its early exits are malformed.")
    for row in data:
        if not isinstance(row, list) or not all(type(n) is int and n >= 0 for n in row):
            raise ValueError("its early exits are malformed.")
        if row[:1] not in ([0], [1]) or not 1 <= math.prod(row[1:]) <= MOST_VALUES:
            raise ValueError("its early exits are out of bounds.")
    shapes = [ExitShape(tuple(row[1:]), channels_last=bool(row[0])) for row in data]
    heads, _ = fold_module(exit_heads(shapes, len(card.data.classes)).eval())
    assert isinstance(heads, nn.ModuleList)
    return heads
