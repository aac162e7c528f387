"""After rounding, each weight in turn is set to its best level given all others: coordinate descent.

As QuantEase, Behdin et al., 2023, arXiv:2309.01885; it never makes a layer's error larger. All rows go at once.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.encoding.formats import Grid
from compression.techniques.shared.column_grid import (
    ColumnGrid,
    FloatArray,
    Shape,
    arrange,
    restore,
    weighted_sum,
)
from compression.techniques.shared.gptq import DAMPING
from compression.techniques.shared.least_squares import damped

ROUNDS = 2
BLOCK = 32
"""Inputs that are settled before the others are told."""


@torch.no_grad()
def descend(
    chosen: Tensor, weight: Tensor, gram: Tensor, grid: Grid, kept: Tensor, *, rounds: int = ROUNDS
) -> Tensor:
    """Better choices for a weight [groups, rows, d] than ``chosen``, on the same grid.

    The error is (w - q)^T G (w - q) with ``gram`` [groups, d, d], damped as in GPTQ.
    """
    shape: Shape = (weight.shape[0], weight.shape[1], weight.shape[2])
    order = np.broadcast_to(np.arange(shape[2]), (shape[0], shape[2]))
    columns = ColumnGrid(grid, shape, order)
    best, wanted = arrange(chosen.numpy(), order), arrange(weight.numpy(), order)
    mask = arrange(kept.numpy(), order)
    h = damped(gram, DAMPING).float().permute(1, 2, 0).contiguous().numpy()
    for _ in range(rounds):
        if not _sweep(best, wanted, h, columns, mask):
            break
    return torch.from_numpy(restore(best, order))


def _sweep(
    chosen: FloatArray,
    wanted: FloatArray,
    h: FloatArray,
    columns: ColumnGrid,
    kept: NDArray[np.bool_],
) -> bool:
    """Once over all inputs, in place; whether anything changed."""
    changed = False
    slope = weighted_sum(h, chosen - wanted)
    for start in range(0, len(chosen), BLOCK):
        end = min(len(chosen), start + BLOCK)
        within, near = h[start:end, start:end], slope[start:end]
        steps = np.zeros_like(near)
        for j, now in enumerate(chosen[start:end]):
            aim = now - near[j] / within[j, j, :, None]
            steps[j] = columns.round(aim, start + j) * kept[start + j] - now
            if steps[j].any():
                near += within[:, j, :, None] * steps[j]
                changed = True
        chosen[start:end] += steps
        slope[end:] += weighted_sum(h[end:, start:end], steps)
    return changed
