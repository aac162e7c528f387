"""What two measurements allow to say of each other, up to the very borders."""

from __future__ import annotations

import math

import pytest

from compression.measure.accuracy import accuracy_measurement
from compression.point import Measurement
from compression.point.certainty import WIDEST
from compression.point.difference import LEVEL, difference, least_difference, pace


def speedup(value: float, low: float | None, high: float | None) -> Measurement:
    return Measurement(value=value, unit="x", how="measured", low=low, high=high)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His own example: 56 of 70 against 48 of 80, Stat. Med. 17:873, table II, method 10."""
    found = difference(accuracy_measurement(56, 70), accuracy_measurement(48, 80))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert found.n == 70 and found.is_clear


@pytest.mark.parametrize("n", [360, 2_267, 10_000])
@pytest.mark.parametrize("before", [0.5, 0.9, 1.0])
def test_a_difference_is_told_from_the_first_one_that_examples_can_show(
    n: int, before: float
) -> None:
    """One example fewer is no difference; below the border none is clear, beyond it all are."""
    right = round(before * n)
    original = accuracy_measurement(right, n)
    clear = [
        found.is_clear
        for fewer in range(right)
        if (found := difference(accuracy_measurement(right - fewer, n), original)) is not None
    ]
    border = clear.index(True)
    assert border > 1 and all(clear[border:])
    assert border / n == pytest.approx(
        least_difference(1 - (1 - before) - border / (2 * n), n), abs=0.012
    )


@pytest.mark.parametrize(
    ("change", "is_known"),
    [
        ({}, True),
        ({"n": 0}, False),
        ({"low": None}, False),
        ({"high": None}, False),
        ({"n": None}, True),
    ],
)
def test_without_examples_or_an_interval_nothing_is_known(change: dict, is_known: bool) -> None:
    other = accuracy_measurement(50, 100).model_copy(update=change)
    found = difference(other, accuracy_measurement(90, 100))
    assert found is not None and (found.is_known, found.is_clear) == (is_known, is_known)
    assert found.value == pytest.approx(-0.4)


def test_what_was_not_measured_has_no_difference() -> None:
    unmeasured = Measurement(value=None, unit="fraction", how="measured")
    assert difference(unmeasured, accuracy_measurement(1, 2)) is None
    assert difference(accuracy_measurement(1, 2), None) is None


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (1.2, 1.19, 1.21, "faster"),
        (0.8, 0.79, 0.81, "slower"),
        (1.0, 0.99, 1.01, "level"),
        (1.1, 1.0, 1.15, "level"),
        (1.1, 1.0001, 1.15, "faster"),
        (math.nextafter(LEVEL, 0), 1.03, 1.06, "level"),
        (LEVEL, 1.03, 1.06, "faster"),
        (1 / LEVEL, 0.94, 0.96, "slower"),
        (1.3, 1.2, 1.2 * WIDEST, "faster"),
        (1.3, 1.2, 1.2 * WIDEST + 1e-9, "surely faster"),
        (0.5, 0.4, 0.8, "surely slower"),
        (1.3, 0.9, 1.7, "unknown"),
        (1.2, None, None, "unknown"),
    ],
)
def test_a_speed_is_told_as_far_as_its_interval_goes(
    value: float, low: float | None, high: float | None, said: str
) -> None:
    assert pace(speedup(value, low, high)) == said


def test_no_speed_is_said_of_what_was_not_timed() -> None:
    assert pace(None) is None
    assert pace(Measurement(value=None, unit="x", how="measured")) is None


def test_no_examples_tell_nothing_apart() -> None:
    assert least_difference(0.9, 0) == 1.0
    assert 0.02 < least_difference(1.0, 100) < 0.04
