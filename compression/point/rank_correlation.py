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
    if len(pairs) < FEWEST or (whole := _spearman(pairs)) is None:
        return None
    rng = np.random.default_rng(0)
    drawn = (_spearman(pairs[rng.integers(len(pairs), size=len(pairs))]) for _ in range(RESAMPLES))
    known = [value for value in drawn if value is not None]
    low, high = np.quantile(known, [0.025, 0.975])
    return RankCorrelation(whole, float(low), float(high), len(pairs))


def _spearman(pairs: NDArray[np.float64]) -> float | None:
    one, other = (ranks - ranks.mean() for ranks in map(_ranks, pairs.T))
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0; equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray(((2 * ends - counts - 1) / 2).take(inverse), dtype=np.float64)
