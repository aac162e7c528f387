"""GPTQ: weights are rounded one input after the other, and those still to come make up for the error.

Frantar et al., 2022, arXiv:2210.17323, with the most active inputs first; then each weight in turn is set to
its best level given all others, a few rounds long (coordinate descent, as in QuantEase,
Behdin et al., 2023, arXiv:2309.01885). All rows go at once: the loops are over inputs only.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.encoding.formats import Grid
from compression.techniques.least_squares import damped

DAMPING = 0.01
"""Of the Hessian, as a share of its mean diagonal."""
BLOCK = 32
"""Inputs whose errors are collected before all later inputs are told."""
ROUNDS = 3
"""Of coordinate descent."""

Values = NDArray[np.float32]


class ColumnGrid:
    """A grid laid out for rounding all rows' weights of one input: values are [d, groups, rows].

    ``order`` [groups, d] says which input comes when.
    """

    def __init__(self, grid: Grid, shape: tuple[int, int, int], order: NDArray[np.int64]) -> None:
        groups, rows, inputs = shape
        self.levels, self.borders = grid.levels, grid.borders
        low, high = float(grid.levels[0]), float(grid.levels[-1])
        self.low, self.high = np.float32(low), np.float32(high)
        self.is_uniform = low.is_integer() and grid.levels.size == high - low + 1
        self.scale = self._arranged(grid, grid.scale, shape, order)
        self.zero = None if grid.zero is None else self._arranged(grid, grid.zero, shape, order)

    @staticmethod
    def _arranged(
        grid: Grid, values: Values, shape: tuple[int, int, int], order: NDArray[np.int64]
    ) -> Values:
        spread = grid.spread(values, (shape[0] * shape[1], shape[2])).reshape(shape)
        return arrange(spread, order)

    def round(self, values: Values, input: int) -> Values:
        """Values [groups, rows] of one input on the grid."""
        scaled = values / self.scale[input]
        if self.zero is not None:
            scaled += self.zero[input]
        if self.is_uniform:
            np.rint(scaled, out=scaled)
            np.maximum(scaled, self.low, out=scaled)
            np.minimum(scaled, self.high, out=scaled)
        else:
            scaled = self.levels[np.searchsorted(self.borders, scaled)]
        if self.zero is not None:
            scaled -= self.zero[input]
        scaled *= self.scale[input]
        return scaled


def arrange(values: NDArray, order: NDArray[np.int64]) -> NDArray:
    """[groups, rows, d] as [d, groups, rows], inputs in the given order."""
    taken = np.take_along_axis(values, order[:, None, :], axis=2)
    return np.ascontiguousarray(taken.transpose(2, 0, 1))


@torch.no_grad()
def gptq(weight: Tensor, gram: Tensor, grid: Grid, kept: Tensor, *, rounds: int = ROUNDS) -> Tensor:
    """The weight [groups, rows, d] on the grid with a small error (w - q)^T G (w - q) in each row.

    ``gram`` is E[x x^T], [groups, d, d]. Where ``kept`` is False the result is 0.
    """
    hessian = damped(gram, DAMPING)
    order = hessian.diagonal(dim1=1, dim2=2).argsort(dim=1, descending=True, stable=True)
    hessian = _reorder(hessian, order)
    by_input = order.numpy()
    columns = ColumnGrid(grid, tuple(weight.shape), by_input)  # type: ignore[arg-type]
    wanted = arrange(weight.numpy(), by_input)
    mask = arrange(kept.numpy(), by_input)
    chosen = _one_by_one(wanted, hessian, columns, mask)
    h = hessian.float().permute(1, 2, 0).contiguous().numpy()
    for _ in range(rounds):
        if not _descend(chosen, wanted, h, columns, mask):
            break
    result = torch.from_numpy(np.ascontiguousarray(chosen.transpose(1, 2, 0)))
    return torch.zeros_like(result).scatter(2, order.unsqueeze(1).expand_as(result), result)


def _reorder(matrix: Tensor, order: Tensor) -> Tensor:
    rows = matrix.gather(1, order.unsqueeze(2).expand_as(matrix))
    return rows.gather(2, order.unsqueeze(1).expand_as(matrix))


def _one_by_one(
    wanted: Values, hessian: Tensor, columns: ColumnGrid, mask: NDArray[np.bool_]
) -> Values:
    factor = _inverse_factor(hessian)
    size = len(wanted)
    left, chosen, errors = wanted.copy(), np.empty_like(wanted), np.empty_like(wanted)
    for start in range(0, size, BLOCK):
        end = min(size, start + BLOCK)
        for j in range(start, end):
            chosen[j] = columns.round(left[j], j) * mask[j]
            errors[j] = (left[j] - chosen[j]) / factor[j, j, :, None]
            if j + 1 < end:
                left[j + 1 : end] -= factor[j, j + 1 : end, :, None] * errors[j]
        if end < size:
            left[end:] -= _spread(factor[start:end, end:], errors[start:end])
    return chosen


def _inverse_factor(hessian: Tensor) -> Values:
    """The upper Cholesky factor of the inverse, [d, d, groups]."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    factor = torch.linalg.cholesky(inverse, upper=True)
    return factor.float().permute(1, 2, 0).contiguous().numpy()


def _spread(factor: Values, errors: Values) -> Values:
    """Sum over a block's inputs: factor [block, later, groups], errors [block, groups, rows]."""
    product = np.matmul(factor.transpose(2, 1, 0), errors.transpose(1, 0, 2))
    return product.transpose(1, 0, 2)


def _descend(
    chosen: Values, wanted: Values, h: Values, columns: ColumnGrid, mask: NDArray[np.bool_]
) -> bool:
    """Set each weight to its best level given the others, in place; whether any changed."""
    slope = np.matmul(h.transpose(2, 0, 1), (chosen - wanted).transpose(1, 0, 2))
    slope = np.ascontiguousarray(slope.transpose(1, 0, 2))
    changed = False
    for j in range(len(chosen)):
        better = columns.round(chosen[j] - slope[j] / h[j, j, :, None], j) * mask[j]
        step = better - chosen[j]
        if step.any():
            slope += h[j, :, :, None] * step
            chosen[j] = better
            changed = True
    return changed
