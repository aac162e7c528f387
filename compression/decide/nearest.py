"""The bounds around a choice: what each leaves, which one keeps a better point out, and the closest miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.decide.aims import Aim
from compression.decide.bounds import Bound
from compression.decide.columns import Columns, Numbers

NEAR = 0.5
"""A bound with more of itself left than this is nowhere near."""


@dataclass(frozen=True)
class Flip:
    """A bound that, loosened or tightened to ``needed``, makes another point the choice."""

    bound: Bound
    needed: float
    row: int
    distance: float
    """How far that is, as a share of the whole bound."""


def keeps_all(bounds: Sequence[Bound], valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kept = valid.copy()
    for bound in bounds:
        kept &= ~bound.broken
    return kept


def loosened(
    choice: int, bounds: Sequence[Bound], aim: Aim, columns: Columns, valid: NDArray[np.bool_]
) -> list[Flip]:
    """For each bound that alone keeps a better point out, the point that asks for least; the nearest first."""
    better = aim.better(choice) & valid
    if not better.any():
        return []
    broken = np.array([bound.broken for bound in bounds]).reshape(len(bounds), -1)
    alone = broken.sum(axis=0) == 1
    flips = []
    for bound, breaks in zip(bounds, broken, strict=True):
        near = better & alone & breaks & ~np.isnan(bound.excess)
        if near.any():
            least = near & (bound.excess == bound.excess[near].min())
            row = aim.best(columns, least)
            if row is not None:
                flips.append(_flip(bound, row))
    return sorted(flips, key=lambda flip: (flip.distance, flip.bound.name))


def tightened(
    choice: int, bounds: Sequence[Bound], aim: Aim, columns: Columns, among: NDArray[np.bool_]
) -> Flip | None:
    """The bound with the least room left that, beyond it, makes an allowed other the choice."""
    flips = []
    for bound in bounds:
        here = bound.excess[choice]
        if np.isnan(here):
            continue
        with np.errstate(invalid="ignore"):
            row = aim.best(columns, among & (bound.excess < here))
        room = -float(here) / bound.scale
        if row is not None and room <= NEAR:
            flips.append(Flip(bound, bound.value(choice), row, room))
    return min(flips, key=lambda flip: (flip.distance, flip.bound.name), default=None)


def closest(bounds: Sequence[Bound], columns: Columns, valid: NDArray[np.bool_]) -> int | None:
    """The row that misses by least, all bounds taken together; None where nothing is known of any."""
    total: Numbers = np.zeros(len(valid))
    for bound in bounds:
        excess = np.maximum(0.0, bound.excess)
        total += np.where(np.isnan(excess) & bound.is_guard, 0.0, excess) / bound.scale
    total[~valid] = np.nan
    known = np.flatnonzero(~np.isnan(total))
    if not len(known):
        return None
    rows = known[total[known] == total[known].min()]
    return min((int(row) for row in rows), key=lambda row: columns.points[row].key)


def _flip(bound: Bound, row: int) -> Flip:
    excess = float(bound.excess[row])
    return Flip(bound, bound.value(row), row, excess / bound.scale)
