"""What simulated weights would take in a file: the entropy of their codes, which no coder of single codes undercuts."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

CODED = "simulated; bytes by its codes' entropy"
CHANNEL_BITS = 16 + 16
"""A scale and a bias for each output channel, as ours have."""


def coded_bytes(codes: Iterable[np.ndarray], *, zero_point_bits: int = 0) -> int:
    """Of whole-number codes [channels, ...], a tensor each; without any header."""
    bits = 0.0
    for tensor in codes:
        shares = np.unique(tensor, return_counts=True)[1] / tensor.size
        bits -= tensor.size * float((shares * np.log2(shares)).sum())
        bits += len(tensor) * (CHANNEL_BITS + zero_point_bits)
    return math.ceil(bits / 8)
