"""Whether two figures put networks in the same order: Spearman's rank correlation with its interval. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 5
RESAMPLES = 500


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's coefficient of ``n`` pairs, and the middle 95 % of those of resampled pairs."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """``0.89 (0.62 to 0.97, n = 12)``."""
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, n = {self.n})"


def rank_correlation(
    one: Sequence[float | None], other: Sequence[float | None]
) -> RankCorrelation | None:
    """Of the pairs in which both are known; None for fewer than five, or where one of them is always the same."""
    pairs = np.array(
        [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None],
        dtype=float,
    ).reshape(-1, 2)
    if len(pairs) < FEWEST:
        return None
    count = len(pairs)
    (whole,) = _spearman(pairs, np.ones((1, count)))
    if np.isnan(whole):
        return None
    # How often each pair is drawn: all resamples are ranked at once.
    drawn = np.random.default_rng(0).multinomial(count, [1 / count] * count, size=RESAMPLES)
    low, high = np.nanquantile(_spearman(pairs, drawn.astype(float)), [0.025, 0.975])
    return RankCorrelation(float(whole), float(low), float(high), count)


def _spearman(pairs: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """One coefficient for each row of weights [rows, pairs]; NaN where a figure is always the same."""
    one, other = (_ranks(column, weights) for column in pairs.T)
    spread = np.sqrt((weights * one**2).sum(1) * (weights * other**2).sum(1))
    together = (weights * one * other).sum(1)
    told: NDArray[np.float64] = np.where(
        spread > 0, together / np.where(spread > 0, spread, 1), np.nan
    )
    return told


def _ranks(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Less their mean; equal values share the mean of their ranks."""
    _, inverse = np.unique(values, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
    groups = np.add.reduceat(weights[:, order], starts, axis=1)
    middle = np.cumsum(groups, axis=1) - groups / 2
    centred: NDArray[np.float64] = (middle - weights.sum(1, keepdims=True) / 2)[:, inverse]
    return centred
