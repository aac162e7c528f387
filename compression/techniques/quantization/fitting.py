"""The scale and zero point of each row or group that lose least: a search, then least squares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

ROUNDS = 4
"""Of least squares: the best scale for the codes, then the codes for that scale."""


@dataclass(frozen=True)
class Cells:
    """A weight cut into pieces: values [rows, groups, inputs]; a shorter last group ends in zeros.

    The error of a piece is ``(w - q)^T G (w - q)``. ``importance`` is the diagonal of G, which
    broadcasts to the values and is 0 where a group was filled up; ``blocks`` [g, groups, inputs, inputs]
    is all of it, for g equal shares of the rows. ``shared`` says that all have one scale. ``zeros`` is True where
    a weight is exactly zero and will stay so, whatever the scale: it has no error; None where there is none.
    """

    values: Tensor
    importance: Tensor
    blocks: Tensor | None
    shared: bool
    zeros: Tensor | None = None

    def total(self, errors: Tensor) -> Tensor:
        """Errors [rows, groups] of the pieces as errors of the scales: [1, 1] where they share one."""
        return errors.sum().reshape(1, 1) if self.shared else errors

    def weighted(self, values: Tensor) -> Tensor:
        """``G v`` for a tensor shaped like the values."""
        if self.blocks is None:
            return values * self.importance
        shares = self.blocks.shape[0]
        rows, groups, inputs = values.shape
        split = values.reshape(shares, rows // shares, groups, inputs).transpose(1, 2)
        return (split @ self.blocks).transpose(1, 2).reshape(values.shape)

    def mean(self, values: Tensor) -> Tensor:
        """The mean per scale, each weight as important as it is."""
        importance = self.importance.expand_as(values)
        return self.total((values * importance).sum(2)) / self.total(importance.sum(2))


def cut(matrix: Tensor, group: int, gram: Tensor | None, *, shared: bool) -> Cells:
    """A matrix [rows, inputs] as cells of ``group`` inputs, 0 for whole rows; gram is [g, inputs, inputs]."""
    rows, inputs = matrix.shape
    size = group or inputs
    missing = -inputs % size
    values = F.pad(matrix, (0, missing)).reshape(rows, -1, size)
    if gram is None:
        importance = F.pad(torch.ones(1, inputs), (0, missing)).reshape(1, -1, size)
        return _around_zeros(Cells(values, importance, None, shared), matrix)
    squares = F.pad(gram, (0, missing, 0, missing)).reshape(
        gram.shape[0], -1, size, inputs + missing
    )
    blocks = torch.stack(
        [block[:, :, at * size : (at + 1) * size] for at, block in enumerate(squares.unbind(1))], 1
    )
    diagonal = blocks.diagonal(dim1=2, dim2=3)
    importance = diagonal.repeat_interleave(rows // gram.shape[0], dim=0)
    return _around_zeros(Cells(values, importance, blocks, shared), matrix)


def _around_zeros(cells: Cells, matrix: Tensor) -> Cells:
    if bool(matrix.all()):
        return cells
    zeros = cells.values == 0
    return replace(cells, zeros=zeros, importance=cells.importance * ~zeros)


@dataclass(frozen=True)
class Levels:
    """Ascending levels, and how a value finds the nearest one.

    Floats of a ``mantissa`` round to multiples of a step that follows their exponent, from the ``normal``
    (the smallest one with a leading 1) upwards; that is ten times as fast as searching.
    """

    values: Tensor
    normal: float = 0.0
    mantissa: int = 0

    def __len__(self) -> int:
        return self.values.numel()

    @property
    def low(self) -> float:
        return float(self.values[0])

    @property
    def high(self) -> float:
        return float(self.values[-1])

    def nearest(self, scaled: Tensor) -> Tensor:
        """May write into what it is given."""
        if self.normal:
            power = (scaled.view(torch.int32) & 0x7F800000).view(torch.float32)
            step = power.clamp_min_(self.normal).mul_(2.0**-self.mantissa)
            return (scaled / step).round_().mul_(step).clamp_(self.low, self.high)
        if len(self) == self.high - self.low + 1:
            return scaled.round_().clamp_(self.low, self.high)
        return self.values[torch.bucketize(scaled, (self.values[1:] + self.values[:-1]) / 2)]


@dataclass(frozen=True)
class Scaling:
    """Scale and zero point of each cell, [rows, groups] or [1, 1]."""

    scale: Tensor
    zero: Tensor | None = None

    def times(self, factor: float) -> Scaling:
        return Scaling(self.scale * factor, self.zero)

    def levels_of(self, cells: Cells, levels: Levels) -> Tensor:
        """The nearest level of each value, less the zero point: what the scale multiplies; 0 for zeros."""
        scaled = cells.values / self.scale[..., None]
        if self.zero is None:
            chosen = levels.nearest(scaled)
        else:
            zero = self.zero[..., None]
            chosen = levels.nearest(scaled.add_(zero)).sub_(zero)
        return chosen if cells.zeros is None else chosen.masked_fill_(cells.zeros, 0)

    def where(self, wins: Tensor, other: Scaling) -> Scaling:
        """This one for some cells, the other for the rest."""
        zero = None
        if self.zero is not None and other.zero is not None:
            zero = torch.where(wins, self.zero, other.zero)
        return Scaling(torch.where(wins, self.scale, other.scale), zero)


def search(cells: Cells, levels: Levels, candidates: Iterable[Scaling]) -> Scaling:
    """For each cell the candidate of least error."""
    best: Scaling | None = None
    least = torch.empty(0)
    for scaling in candidates:
        residual = cells.values - scaling.levels_of(cells, levels) * scaling.scale[..., None]
        error = cells.total((cells.weighted(residual) * residual).sum(2))
        if best is None:
            best, least = scaling, error
            continue
        best, least = scaling.where(error < least, best), torch.minimum(error, least)
    assert best is not None, "a search needs a candidate"
    return best


def polish(cells: Cells, levels: Levels, scaling: Scaling) -> Scaling:
    """Least squares for the scale given the codes, in turns with new codes, while it helps.

    Each turn takes one product with G: what it needs of the codes c follows from the residual r = w - s c.
    """
    size = cells.total((cells.weighted(cells.values) * cells.values).sum(2))
    best, least = scaling, torch.full_like(size, torch.inf)
    for _ in range(ROUNDS):
        chosen = scaling.levels_of(cells, levels)
        residual = cells.values - chosen * scaling.scale[..., None]
        weighted = cells.weighted(residual)
        error = cells.total((weighted * residual).sum(2))
        best, least = scaling.where(error < least, best), torch.minimum(error, least)
        overlap = cells.total((weighted * chosen).sum(2))
        along = cells.total((weighted * cells.values).sum(2))
        squares = (size - 2 * along + error) / scaling.scale**2
        fitted = scaling.scale + overlap / squares
        is_usable = fitted.isfinite() & (fitted * scaling.scale > 0)
        scaling = Scaling(torch.where(is_usable, fitted, scaling.scale), scaling.zero)
    return best


def without_blocks(cells: Cells) -> Cells:
    """The same with only the diagonal of G, which is many times cheaper."""
    return replace(cells, blocks=None)
