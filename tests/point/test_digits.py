"""A number has the digits that its interval leaves standing, and never says less than it could."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import pytest

from compression.point import METRICS
from compression.point.digits import decimals

RANDOM = random.Random(0)
CASES = [
    (RANDOM.uniform(1, 10) * 10.0 ** RANDOM.randint(-3, 3), 10.0 ** RANDOM.uniform(-4, 0))
    for _ in range(500)
]
"""Values, and half of the interval as a share of each."""


@pytest.mark.parametrize(
    ("name", "value", "spread", "text"),
    [
        ("accuracy", 0.9258, 0.007, "92.6 %"),
        ("accuracy", 0.9258, 0.015, "92.6 %"),
        ("accuracy", 0.9258, 0.05, "93 %"),
        ("latency_ms", 0.0583, 0.00583, "0.058 ms"),
        ("latency_ms", 0.0583, 0.0002, "0.0583 ms"),
        ("latency_ms", 0.0583, 0.2, "0.06 ms"),
        ("throughput_per_s", 17_240.0, 1_500.0, "17.2 k/s"),
        ("throughput_per_s", 17_240.0, 4_000.0, "17 k/s"),
        ("throughput_per_s", 172_400.0, 40_000.0, "170 k/s"),
        ("speedup", 1.234, 0.06, "1.23x"),
        ("latency_ms", 0.0, 0.0, "0 ms"),
    ],
)
def test_digits_follow_the_interval(name: str, value: float, spread: float, text: str) -> None:
    assert METRICS[name].text(value, value - spread, value + spread) == text


@pytest.mark.parametrize("ends", [(None, None), (0.0583, 0.0583), (None, 0.06), (0.06, 0.05)])
def test_without_an_interval_there_are_three_digits(ends: tuple[float | None, ...]) -> None:
    assert METRICS["latency_ms"].text(0.05834, *ends) == "0.0583 ms"


def test_what_is_written_is_never_rounded_by_more_than_the_interval_allows() -> None:
    """Half of the last place is at most half of the spread, unless three digits already say less."""
    for value, share in CASES:
        spread = value * share
        shown = float(METRICS["latency_ms"].text(value, value - spread, value + spread).split()[0])
        three_digits = abs(value - float(f"{value:.3g}"))
        assert abs(shown - value) <= max(0.5 * spread, three_digits) * 1.001


def test_the_last_place_is_not_far_below_the_interval() -> None:
    """No digit is written that is less than a hundredth part of the spread's first two digits."""
    for value, share in CASES:
        places = decimals(value, value * share)
        assert 10.0**-places >= 0.028 * value * share
        assert 10.0**-places <= max(value, value * share)


def test_a_wider_interval_never_shows_more() -> None:
    def places(value: float, spread: float) -> int:
        number = METRICS["latency_ms"].text(value, value - spread, value + spread).split()[0]
        return -int(Decimal(number).normalize().as_tuple().exponent)

    for value, share in CASES:
        odd = math.floor(value * 1e6) / 1e6 + 1e-7  # no trailing zero that would be cut
        assert decimals(odd, odd * share * 10) <= decimals(odd, odd * share)
        assert places(odd, odd * share) <= 6


def test_a_head_with_the_unit_has_numbers_of_the_same_digits() -> None:
    for name in ("accuracy", "latency_ms", "energy_mj"):
        metric = METRICS[name]
        for value, share in CASES:
            value = min(value, 1.0) if name == "accuracy" else value
            ends = (value * (1 - share), value * (1 + share))
            cell = metric.rounded(value, *ends)
            assert cell == pytest.approx(float(metric.text(value, *ends).split()[0]))
    assert METRICS["latency_ms"].rounded(None) is None
    assert METRICS["size_bytes"].rounded(36_412.0) == 36.4
