"""GPTQ: weights are rounded one input after the other, and those still to come make up for the error.

Frantar et al., 2022, arXiv:2210.17323, with the most active inputs first. All rows go at once.
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
from compression.techniques.shared.least_squares import damped

DAMPING = 0.01
"""Of the Hessian, as a share of its mean diagonal."""
BLOCK = 32
"""Inputs whose errors are collected before all later inputs are told."""


@torch.no_grad()
def gptq(weight: Tensor, gram: Tensor, grid: Grid, kept: Tensor) -> Tensor:
    """The weight [groups, rows, d] on the grid with a small error (w - q)^T G (w - q) in each row.

    ``gram`` is E[x x^T], [groups, d, d]. Where ``kept`` [groups, rows, d] is False the result is 0.
    """
    shape: Shape = (weight.shape[0], weight.shape[1], weight.shape[2])
    hessian = damped(gram, DAMPING)
    order = hessian.diagonal(dim1=1, dim2=2).argsort(dim=1, descending=True, stable=True)
    factor = _inverse_factor(_reordered(hessian, order))
    by_input = order.numpy()
    chosen = _one_by_one(
        arrange(weight.numpy(), by_input),
        factor,
        ColumnGrid(grid, shape, by_input),
        arrange(kept.numpy(), by_input),
    )
    return torch.from_numpy(restore(chosen, by_input))


def _reordered(matrix: Tensor, order: Tensor) -> Tensor:
    rows = matrix.gather(1, order.unsqueeze(2).expand_as(matrix))
    return rows.gather(2, order.unsqueeze(1).expand_as(matrix))


def _inverse_factor(hessian: Tensor) -> FloatArray:
    """The upper Cholesky factor of the inverse, [d, d, groups]."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    factor = torch.linalg.cholesky(inverse, upper=True)
    return factor.float().permute(1, 2, 0).contiguous().numpy()


def _one_by_one(
    left: FloatArray, factor: FloatArray, columns: ColumnGrid, kept: NDArray[np.bool_]
) -> FloatArray:
    """What is chosen for ``left``, which is used up."""
    size = len(left)
    chosen, errors = np.empty_like(left), np.empty_like(left)
    for start in range(0, size, BLOCK):
        end = min(size, start + BLOCK)
        for j in range(start, end):
            chosen[j] = columns.round(left[j], j) * kept[j]
            errors[j] = (left[j] - chosen[j]) / factor[j, j, :, None]
            left[j + 1 : end] -= factor[j, j + 1 : end, :, None] * errors[j]
        if end < size:
            left[end:] -= weighted_sum(
                factor[start:end, end:].transpose(1, 0, 2), errors[start:end]
            )
    return chosen
