"""Codebooks: the few values that stand for all weights of a layer, found by k-means in one dimension.

Han et al., 2016, arXiv:1510.00149, section 3. Sorting first makes each round a few searches and sums.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.encoding.formats import Grid

Floats = NDArray[np.float64]
MANY_ZEROS = 0.02
"""From this share of exact zeros on (after pruning), zero has a level of its own, unless there are just two. Else zeros
are stored beside the codebook, and levels are chosen for the other weights alone."""
ROUNDS = 40
MENDING = 24
"""How often the least useful levels may move to where the errors are largest."""


@torch.no_grad()
def make_codebook(weight: Tensor, bits: float, *, gram: Tensor | None = None) -> Grid:
    """The codebook of 2^bits half-precision values (3 for 1.58 bits) for a weight [rows, inputs].

    With a ``gram`` [g, inputs, inputs] each weight counts by the mean square of its input.
    """
    values = weight.detach().reshape(weight.shape[0], -1).double().clamp(-65504, 65504)
    counts = None
    if gram is not None:
        diagonal = (
            gram.double().reshape(-1, values.shape[1], values.shape[1]).diagonal(dim1=1, dim2=2)
        )
        shares = diagonal.repeat_interleave(values.shape[0] // len(diagonal), dim=0)
        # An input that is always zero must not leave its weights without any level near them.
        counts = (shares / shares.mean().clamp_min(1e-30) + 1e-6).numpy().ravel()
    levels = _levels(values.numpy().ravel(), counts, _count(bits))
    return Grid("codebook", levels, np.ones((1, 1), dtype=np.float32), stored="one")


def _count(bits: float) -> int:
    return 3 if bits == 1.58 else 2 ** int(bits)


def _levels(values: Floats, counts: Floats | None, count: int) -> NDArray[np.float32]:
    kept = values != 0
    pinned = bool((~kept).mean() >= MANY_ZEROS and count > 2)
    if kept.any() and not pinned:
        values, counts = values[kept], None if counts is None else counts[kept]
    ordered = Ordered.of(values, counts)
    halves = ordered.values.astype(np.float16)
    distinct = halves[np.append(True, halves[1:] != halves[:-1])]
    if distinct.size > count:
        distinct = np.unique(ordered.centres(count, pinned=pinned).astype(np.float16))
    return (distinct + np.float16(0)).astype(np.float32)  # adding 0 makes of -0 a 0


def kmeans(values: Floats, count: int, *, counts: Floats | None = None) -> Floats:
    """``count`` ascending centres with a small sum of squared distances, weighted by ``counts``."""
    return Ordered.of(values, counts).centres(count, pinned=False)


class Ordered:
    """Sorted values with running sums, so that any interval's sum takes one subtraction."""

    def __init__(self, values: Floats, counts: Floats) -> None:
        self.values = values
        moments = (counts, counts * values, counts * values**2)
        self.sums = np.stack([np.append(0.0, np.cumsum(moment)) for moment in moments])

    @classmethod
    def of(cls, values: Floats, counts: Floats | None) -> Ordered:
        if counts is None:
            return cls(np.sort(values), np.ones_like(values))
        order = np.argsort(values, kind="stable")
        return cls(values[order], counts[order])

    def centres(self, count: int, *, pinned: bool) -> Floats:
        """K-means from centres evenly spread over the range, which serves the few large weights well.

        ``pinned`` keeps one at 0. Then the least useful centres move to where the errors are largest, fewer
        and fewer, as long as that helps.
        """
        start = np.linspace(self.values[0], self.values[-1], count)
        if pinned:
            start[np.argmin(np.abs(start))] = 0
        best = self._lloyd(start, pinned=pinned)
        least, moves = self.error(best), max(1, count // 4)
        for _ in range(MENDING):
            moved = self._lloyd(self._moved(best, moves, pinned=pinned), pinned=pinned)
            error = self.error(moved)
            if error < least * (1 - 1e-4):
                best, least = moved, error
            elif moves == 1:
                break
            else:
                moves //= 2
        return best

    def ends(self, centres: Floats) -> NDArray[np.int64]:
        inner = np.searchsorted(self.values, (centres[1:] + centres[:-1]) / 2)
        return np.concatenate([[0], inner, [self.values.size]])

    def errors(self, centres: Floats) -> Floats:
        """The sum of squared distances of each centre."""
        mass, first, second = np.diff(self.sums[:, self.ends(centres)], axis=1)
        return np.maximum(second - 2 * centres * first + centres**2 * mass, 0)

    def error(self, centres: Floats) -> float:
        return float(self.errors(centres).sum())

    def _lloyd(self, centres: Floats, *, pinned: bool) -> Floats:
        for _ in range(ROUNDS):
            mass, first, _ = np.diff(self.sums[:, self.ends(centres)], axis=1)
            means = np.where(mass > 0, first / np.where(mass > 0, mass, 1), centres)
            if pinned:
                means[centres == 0] = 0
            if np.abs(means - centres).max() <= 1e-3 * (centres[-1] - centres[0]) / centres.size:
                return means
            centres = means
        return centres

    def _moved(self, centres: Floats, moves: int, *, pinned: bool) -> Floats:
        """Some centres whose loss costs least, each put beside one with a large error."""
        ends, errors = self.ends(centres), self.errors(centres)
        mass, first, second = np.diff(self.sums[:, ends], axis=1)
        joined_mass = np.maximum(mass[1:] + mass[:-1], 1e-30)
        joined = second[1:] + second[:-1] - (first[1:] + first[:-1]) ** 2 / joined_mass
        cheap = np.argsort(joined - errors[1:] - errors[:-1], kind="stable")[:moves]
        lost = cheap + 1
        if pinned:
            lost = np.where(centres[lost] == 0, cheap, lost)
        order = np.argsort(-errors, kind="stable")
        split = order[~np.isin(order, lost)][: len(np.unique(lost))]
        lost = np.unique(lost)[: len(split)]
        low, high = (
            self.values[ends[split]],
            self.values[np.maximum(ends[split + 1] - 1, ends[split])],
        )
        middle = centres[split]
        beside = (middle + np.where(middle - low > high - middle, low, high)) / 2
        return np.sort(np.append(np.delete(centres, lost), beside))
