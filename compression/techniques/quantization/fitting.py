"""The scale and zero point of each row or group that lose least: a search, then least squares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

ROUNDS = 3
"""Of least squares: the best scale for the codes, then the codes for that scale."""


@dataclass(frozen=True)
class Cells:
    """A weight cut into pieces: values [rows, groups, inputs]; a shorter last group ends in zeros.

    The error of a piece is ``(w - q)^T G (w - q)``. ``importance`` is the diagonal of G, which
    broadcasts to the values and is 0 where a group was filled up; ``blocks`` [g, groups, inputs, inputs]
    is all of it, for g equal shares of the rows. ``shared`` says that all have one scale.
    """

    values: Tensor
    importance: Tensor
    blocks: Tensor | None
    shared: bool

    def total(self, errors: Tensor) -> Tensor:
        """Errors [rows, groups] of the pieces as errors of the scales: [1, 1] where they share one."""
        return errors.sum().reshape(1, 1) if self.shared else errors

    def product(self, left: Tensor, right: Tensor) -> Tensor:
        """``left^T G right`` per scale, for two tensors shaped like the values."""
        if self.blocks is None:
            return self.total((left * right * self.importance).sum(2))
        shares = self.blocks.shape[0]
        rows, groups, inputs = left.shape
        split = left.reshape(shares, rows // shares, groups, inputs).transpose(1, 2)
        weighted = (split @ self.blocks).transpose(1, 2).reshape(left.shape)
        return self.total((weighted * right).sum(2))


def cut(matrix: Tensor, group: int, gram: Tensor | None, *, shared: bool) -> Cells:
    """A matrix [rows, inputs] as cells of ``group`` inputs, 0 for whole rows; gram is [g, inputs, inputs]."""
    rows, inputs = matrix.shape
    size = group or inputs
    missing = -inputs % size
    values = F.pad(matrix, (0, missing)).reshape(rows, -1, size)
    if gram is None:
        importance = F.pad(torch.ones(1, inputs), (0, missing)).reshape(1, -1, size)
        return Cells(values, importance, None, shared)
    squares = F.pad(gram, (0, missing, 0, missing)).reshape(
        gram.shape[0], -1, size, inputs + missing
    )
    blocks = torch.stack(
        [block[:, :, at * size : (at + 1) * size] for at, block in enumerate(squares.unbind(1))], 1
    )
    diagonal = blocks.diagonal(dim1=2, dim2=3)
    importance = diagonal.repeat_interleave(rows // gram.shape[0], dim=0)
    return Cells(values, importance, blocks, shared)


@dataclass(frozen=True)
class Scaling:
    """Scale and zero point of each cell, [rows, groups] or [1, 1]."""

    scale: Tensor
    zero: Tensor | None = None

    def levels_of(self, values: Tensor, levels: Tensor) -> Tensor:
        """The nearest level of each value, less the zero point: what the scale multiplies."""
        scaled = values / self.scale[..., None]
        if self.zero is None:
            return nearest(scaled, levels)
        zero = self.zero[..., None]
        return nearest(scaled + zero, levels) - zero


def nearest(scaled: Tensor, levels: Tensor) -> Tensor:
    """The nearest of the ascending levels; whole numbers without a gap are rounded analytically."""
    if is_uniform(levels):
        return scaled.round_().clamp_(float(levels[0]), float(levels[-1]))
    return levels[torch.bucketize(scaled, (levels[1:] + levels[:-1]) / 2)]


def is_uniform(levels: Tensor) -> bool:
    """Whether the levels are whole numbers without a gap."""
    low, high = float(levels[0]), float(levels[-1])
    return low.is_integer() and levels.numel() == high - low + 1


def search(cells: Cells, levels: Tensor, candidates: Iterable[Scaling]) -> Scaling:
    """For each cell the candidate of least error."""
    found: Scaling | None = None
    least = torch.empty(0)
    for scaling in candidates:
        error = _error(cells, scaling, scaling.levels_of(cells.values, levels))
        if found is None:
            found, least = scaling, error
            continue
        found, least = _better(found, least, scaling, error)
    assert found is not None, "a search needs a candidate"
    return found


def polish(cells: Cells, levels: Tensor, scaling: Scaling) -> Scaling:
    """Least squares for the scale given the codes, in turns with new codes, while it helps."""
    best = scaling
    chosen = best.levels_of(cells.values, levels)
    least = _error(cells, best, chosen)
    for _ in range(ROUNDS):
        squares = cells.product(chosen, chosen)
        fitted = cells.product(chosen, cells.values) / squares
        is_usable = fitted.isfinite() & (fitted * scaling.scale > 0)
        scaling = replace(scaling, scale=torch.where(is_usable, fitted, scaling.scale))
        chosen = scaling.levels_of(cells.values, levels)
        best, least = _better(best, least, scaling, _error(cells, scaling, chosen))
    return best


def without_blocks(cells: Cells) -> Cells:
    """The same with only the diagonal of G, which is many times cheaper."""
    return replace(cells, blocks=None)


def _error(cells: Cells, scaling: Scaling, chosen: Tensor) -> Tensor:
    residual = cells.values - chosen * scaling.scale[..., None]
    return cells.product(residual, residual)


def _better(found: Scaling, least: Tensor, other: Scaling, error: Tensor) -> tuple[Scaling, Tensor]:
    wins = error < least
    zero = None
    if found.zero is not None and other.zero is not None:
        zero = torch.where(wins, other.zero, found.zero)
    return Scaling(torch.where(wins, other.scale, found.scale), zero), torch.where(
        wins, error, least
    )
