"""N:M patterns: of each M neighbouring weights at most N are kept, as sparse tensor cores want it.

Zhou et al., 2021, arXiv:2102.04010; 2:4 is NVIDIA's (Mishra et al., 2021, arXiv:2104.08378).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def kept_of_each(pattern: str) -> tuple[int, int]:
    """``2:4`` as (2, 4)."""
    kept, of = pattern.split(":")
    return int(kept), int(of)


def outside(scores: Tensor, pattern: str) -> Tensor:
    """A mask of the weights that the pattern has no room for: the lowest scores of each group.

    Groups run along a row of the weight's matrix form [output channels, inputs]. Where M doesn't divide
    the row, its last and shorter group keeps the same share, rounded up: at least one.
    """
    kept, of = kept_of_each(pattern)
    rows = scores.reshape(scores.shape[0], -1)
    width = rows.shape[1]
    padded = F.pad(rows, (0, -width % of), value=-1.0).reshape(len(rows), -1, of)
    ranks = padded.argsort(dim=2, descending=True, stable=True).argsort(dim=2)
    room = torch.full((padded.shape[1], 1), kept)
    if width % of:
        room[-1] = math.ceil(kept * (width % of) / of)
    gone = (ranks >= room).reshape(len(rows), -1)[:, :width]
    return gone.reshape(scores.shape)
