"""What decides: shares of the variance against those of functions whose shares are known by hand."""

from __future__ import annotations

import random

import pytest

from compression.errors import UsageError
from compression.insight.search.importance import search_importance
from compression.subjects import look_up

SUBJECT = look_up("digits/mlp")
SIZES, ORDERED = [10, 10, 3], [True, True, False]


def shares(function: object, count: int = 120) -> dict[str, object]:
    drawn = random.Random(0)
    places = [[drawn.randrange(size) for size in SIZES] for _ in range(count)]
    return search_importance(SUBJECT, SIZES, ORDERED, places, [function(*p) for p in places])


def test_shares_of_a_sum_are_those_of_its_terms_variances() -> None:
    told = shares(lambda a, b, c: 3.0 * a + b)  # 9 : 1
    first, second, third = (axis["value"] for axis in told["axes"])
    assert first == pytest.approx(0.9, abs=0.07) and second == pytest.approx(0.1, abs=0.06)
    assert third < 0.02 and told["explained"] > 0.9
    assert all(axis["low"] <= axis["value"] <= axis["high"] for axis in told["axes"])


def test_a_choice_of_names_counts_whatever_their_order() -> None:
    told = shares(lambda a, b, c: [0.0, 5.0, 0.0][c])
    assert told["axes"][2]["value"] > 0.95


def test_what_counts_in_combination_alone_is_told_apart() -> None:
    told = shares(lambda a, b, c: float((a < 5) == (b < 5)), count=300)
    assert told["together"] > 0.5 > max(axis["value"] for axis in told["axes"])


def test_noise_is_told_to_be_unexplained_and_equal_values_decide_nothing() -> None:
    drawn = random.Random(1)
    assert shares(lambda *_: drawn.random())["explained"] < 0.1
    flat = shares(lambda *_: 1.0)
    assert flat["explained"] is None and all(axis["value"] == 0 for axis in flat["axes"])


def test_too_few_settings_are_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="at least 12"):
        shares(lambda a, b, c: float(a), count=11)
