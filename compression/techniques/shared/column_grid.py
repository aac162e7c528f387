"""A grid laid out for rounding one input's weights of all rows at a time, as GPTQ and descent do.

In NumPy: at this size PyTorch spends more time on calling an operation than on doing it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.encoding.formats import Grid

FloatArray = NDArray[np.float32]
"""Weights by input: [d, groups, rows of a group]."""
Shape = tuple[int, int, int]
"""Of a weight: groups, rows of a group, d."""


class ColumnGrid:
    """Rounds the weights [groups, rows] of one input; ``order`` [groups, d] says which input comes when."""

    def __init__(self, grid: Grid, shape: Shape, order: NDArray[np.int64]) -> None:
        low, high = float(grid.levels[0]), float(grid.levels[-1])
        self.levels, self.borders = grid.levels, grid.borders
        self.low, self.high = np.float32(low), np.float32(high)
        self.is_uniform = low.is_integer() and grid.levels.size == high - low + 1
        self.scale = _by_input(grid, grid.scale, shape, order)
        self.zero = None if grid.zero is None else _by_input(grid, grid.zero, shape, order)

    def round(self, values: FloatArray, at: int) -> FloatArray:
        scale = self.scale[at]
        scaled = values / scale
        if self.zero is not None:
            scaled += self.zero[at]
        if self.is_uniform:
            np.rint(scaled, out=scaled)
            np.maximum(scaled, self.low, out=scaled)
            np.minimum(scaled, self.high, out=scaled)
        else:
            scaled = self.levels[np.searchsorted(self.borders, scaled)]
        if self.zero is not None:
            scaled -= self.zero[at]
        scaled *= scale
        return scaled


def arrange(values: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    """[groups, rows, d] as [d, groups, rows], inputs in the given order."""
    taken = np.take_along_axis(values, order[:, None, :], axis=2)
    return np.ascontiguousarray(taken.transpose(2, 0, 1))


def restore(values: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    """The inverse of ``arrange``."""
    result = np.empty((values.shape[1], values.shape[2], values.shape[0]), dtype=values.dtype)
    np.put_along_axis(result, order[:, None, :], values.transpose(1, 2, 0), axis=2)
    return result


def weighted_sum(factors: FloatArray, values: FloatArray) -> FloatArray:
    """Over inputs: factors [some, inputs, groups] times values [inputs, groups, rows], [some, groups, rows]."""
    product = np.matmul(factors.transpose(2, 0, 1), values.transpose(1, 0, 2))
    return product.transpose(1, 0, 2)


def _by_input(grid: Grid, values: FloatArray, shape: Shape, order: NDArray[np.int64]) -> FloatArray:
    spread = grid.spread(values, (shape[0] * shape[1], shape[2])).reshape(shape)
    return arrange(spread, order)
