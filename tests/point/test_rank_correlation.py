"""Spearman's coefficient against SciPy's, its interval, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from compression.point.rank_correlation import rank_correlation


@pytest.mark.parametrize("seed", range(4))
def test_it_is_scipys_with_ties_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = rng.integers(6, size=30).astype(float)
    other = one + rng.normal(size=30) * 3
    told = rank_correlation(list(one), list(other))
    assert told.value == pytest.approx(spearmanr(one, other).statistic)
    assert told.low < told.value < told.high and told.n == 30


def test_more_pairs_narrow_the_interval() -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(size=200)
    other = one + rng.normal(size=200)
    few = rank_correlation(list(one[:12]), list(other[:12]))
    many = rank_correlation(list(one), list(other))
    assert many.high - many.low < (few.high - few.low) / 2


def test_pairs_with_a_gap_are_left_out_and_too_few_or_equal_ones_say_nothing() -> None:
    assert rank_correlation([1, 2, 3, 4, 5, None], [1, 2, 3, 4, 5, 6]).n == 5
    assert rank_correlation([1, 2, 3, 4, None], [1, 2, 3, 4, 5]) is None
    assert rank_correlation([1.0] * 9, list(range(9))) is None
