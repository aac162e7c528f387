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
"""From this share of exact zeros on (after pruning), zero has a level of its own."""
ROUNDS = 40
MENDING = 12
"""How often the least useful level may move to where the error is largest."""


@torch.no_grad()
def make_codebook(weight: Tensor, bits: float, *, gram: Tensor | None = None) -> Grid:
    """The codebook of 2^bits half-precision values (3 for 1.58 bits) for a weight [rows, inputs].

    With a ``gram`` [g, inputs, inputs] each weight counts by the mean square of its input.
    """
    values = weight.detach().reshape(weight.shape[0], -1).double()
    counts = torch.ones_like(values)
    if gram is not None:
        diagonal = gram.double().diagonal(dim1=1, dim2=2)
        share = values.shape[0] // gram.shape[0]
        counts = diagonal.repeat_interleave(share, dim=0)
        # An input that is always zero must not leave its weights without any level near them.
        counts = counts / counts.mean().clamp_min(1e-30) + 1e-6
    levels = _levels(values.numpy().ravel(), counts.numpy().ravel(), _count(bits))
    return Grid("codebook", levels, np.ones((1, 1), dtype=np.float32), stored="one")


def _count(bits: float) -> int:
    return 3 if bits == 1.58 else 2 ** int(bits)


def _levels(values: Floats, counts: Floats, count: int) -> NDArray[np.float32]:
    distinct = np.unique(values.astype(np.float16))
    if distinct.size > count:
        pinned = bool((values == 0).mean() >= MANY_ZEROS and count > 1)
        distinct = np.unique(kmeans(values, count, counts=counts, pinned=pinned).astype(np.float16))
    return (distinct + np.float16(0)).astype(np.float32)  # adding 0 makes of -0 a 0


def kmeans(
    values: Floats, count: int, *, counts: Floats | None = None, pinned: bool = False
) -> Floats:
    """``count`` ascending centres with a small sum of squared distances; ``pinned`` keeps one at 0.

    The centres start evenly spread over the range, which serves the few large weights well.
    """
    order = np.argsort(values, kind="stable")
    weights = np.ones_like(values) if counts is None else counts
    ordered = _Ordered(values[order], weights[order])
    starts = [np.linspace(ordered.values[0], ordered.values[-1], count)]
    starts.append(ordered.quantiles(count))
    best = [ordered.settle(_pin(start) if pinned else start, pinned=pinned) for start in starts]
    return min(best, key=ordered.error)


class _Ordered:
    """Sorted values with running sums, so that any interval's sum takes one subtraction."""

    def __init__(self, values: Floats, counts: Floats) -> None:
        self.values = values
        self.sums = np.stack(
            [np.concatenate([[0.0], np.cumsum(counts * values**power)]) for power in range(3)]
        )

    def quantiles(self, count: int) -> Floats:
        """Levels as dense as the cube root of the density, the optimum for many levels (Panter and Dite, 1951)."""
        edges = np.linspace(self.values[0], self.values[-1], 4 * count + 1)
        mass = np.diff(np.interp(edges, self.values, np.arange(self.values.size)))
        running = np.concatenate([[0.0], np.cumsum(np.cbrt(mass) + 1e-9)])
        return np.interp((np.arange(count) + 0.5) / count * running[-1], running, edges)

    def ends(self, centres: Floats) -> NDArray[np.int64]:
        inner = np.searchsorted(self.values, (centres[1:] + centres[:-1]) / 2)
        return np.concatenate([[0], inner, [self.values.size]])

    def errors(self, centres: Floats) -> Floats:
        """The sum of squared distances of each centre."""
        mass, first, second = np.diff(self.sums[:, self.ends(centres)], axis=1)
        return np.maximum(second - 2 * centres * first + centres**2 * mass, 0)

    def error(self, centres: Floats) -> float:
        return float(self.errors(centres).sum())

    def settle(self, centres: Floats, *, pinned: bool) -> Floats:
        """Lloyd's rounds, then moves of the least useful centre, as long as these help."""
        best = self._lloyd(centres, pinned=pinned)
        least = self.error(best)
        for _ in range(MENDING):
            moved = self._lloyd(self._moved(best, pinned=pinned), pinned=pinned)
            error = self.error(moved)
            if error >= least * (1 - 1e-9):
                break
            best, least = moved, error
        return best

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

    def _moved(self, centres: Floats, *, pinned: bool) -> Floats:
        """The centre whose loss costs least goes beside the one with the largest error."""
        ends, errors = self.ends(centres), self.errors(centres)
        mass, first, second = np.diff(self.sums[:, ends], axis=1)
        joined_mass = np.maximum(mass[1:] + mass[:-1], 1e-30)
        joined = second[1:] + second[:-1] - (first[1:] + first[:-1]) ** 2 / joined_mass
        cost = joined - errors[1:] - errors[:-1]
        if pinned:
            cost[centres[1:] == 0] = np.inf
        lost, split = int(np.argmin(cost)) + 1, int(np.argmax(errors))
        low, high = self.values[ends[split]], self.values[ends[split + 1] - 1]
        added = (
            centres[split] + (low if centres[split] - low > high - centres[split] else high)
        ) / 2
        return np.sort(np.append(np.delete(centres, lost), added))


def _pin(centres: Floats) -> Floats:
    centres = centres.copy()
    centres[np.argmin(np.abs(centres))] = 0
    return centres
