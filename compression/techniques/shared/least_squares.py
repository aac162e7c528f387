"""Weights refitted by least squares, from second moments alone: what a layer should have computed, as
nearly as its present inputs and its surviving weights allow.

For each output channel, independently: minimise E|y - w' x|^2 + ridge |w' - w|^2 over the kept weights.
"""

from __future__ import annotations

import torch
from torch import Tensor

RIDGE = 0.03
"""Pull towards the weights there were, as a share of the mean input power."""
PER_COLUMN = 0.3
"""More of it the fewer columns there were for each weight of a row: few images must not mislead."""


def refit(weight: Tensor, gram: Tensor, cross: Tensor, *, ridge: float = RIDGE) -> Tensor:
    """The refitted weight; what is exactly zero stays zero.

    ``weight`` and ``cross`` = E[y x^T] are [groups, rows, d], ``gram`` = E[x x^T] is [groups, d, d].
    """
    w, h, c = weight.double(), damped(gram, ridge), cross.double()
    wanted = c - w @ gram.double()
    kept = weight != 0
    if bool(kept.all()):
        change = torch.linalg.solve(h, wanted.transpose(1, 2)).transpose(1, 2)
    else:
        change = torch.stack([_solve_rows(*one) for one in zip(h, wanted, kept, strict=True)])
    return (w + change).to(weight.dtype)


def ridge_for(gram: Tensor, count: int) -> float:
    """How far moments of ``count`` columns are to be trusted: the ridge for solving with them."""
    return RIDGE + PER_COLUMN * gram.shape[-1] / count


def damped(gram: Tensor, ridge: float) -> Tensor:
    """``gram`` in float64 with ``ridge`` times its mean diagonal added, so that it can be solved with;
    inputs that are always zero get 1."""
    h = gram.double()
    power = h.diagonal(dim1=1, dim2=2).mean(1)
    power = torch.where(power > 0, ridge * power, torch.ones_like(power))
    return h + power[:, None, None] * torch.eye(h.shape[1], dtype=h.dtype)


def _solve_rows(h: Tensor, wanted: Tensor, kept: Tensor) -> Tensor:
    """The changes of the kept weights, [rows, d]: by whichever are fewer, those kept or those that aren't.

    From the changes without zeros one comes to those with by a push at each zero that cancels its change.
    """
    gone = ~kept & kept.any(1, keepdim=True)
    if kept.sum(1).max() <= gone.sum(1).max():
        return _solve_kept(h, wanted, kept)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(h))
    free = wanted @ inverse
    return (free - _solve_kept(inverse, free, gone) @ inverse) * kept


def _solve_kept(h: Tensor, wanted: Tensor, kept: Tensor) -> Tensor:
    """For each row its own system, of its kept weights only: [rows, d].

    All rows at once, padded to the longest with unknowns that stand alone and come out as 0.
    """
    counts = kept.sum(1)
    longest = int(counts.max())
    index = torch.argsort(kept.to(torch.int8), dim=1, descending=True, stable=True)[:, :longest]
    real = torch.arange(longest) < counts.unsqueeze(1)
    change = torch.zeros_like(wanted)
    rows_at_once = max(1, 2**24 // max(1, longest**2))
    for start in range(0, len(wanted), rows_at_once):
        part = slice(start, start + rows_at_once)
        change[part] = _solve_padded(h, wanted[part], index[part], real[part])
    return change


def _solve_padded(h: Tensor, wanted: Tensor, index: Tensor, real: Tensor) -> Tensor:
    system = h[index.unsqueeze(2), index.unsqueeze(1)]
    pairs = real.unsqueeze(2) & real.unsqueeze(1)
    system = torch.where(pairs, system, torch.eye(index.shape[1], dtype=h.dtype))
    right = torch.where(real, wanted.gather(1, index), 0.0)
    factor = torch.linalg.cholesky(system)
    solution = torch.cholesky_solve(right.unsqueeze(2), factor).squeeze(2)
    return torch.zeros_like(wanted).scatter(1, index, torch.where(real, solution, 0.0))
