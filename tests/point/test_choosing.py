"""Points are chosen on validation and reported on the test set, where all that is in question was measured so."""

from __future__ import annotations

import numpy as np
import pytest

from compression.point import METRICS, Point
from compression.point.choosing import chooser_of
from compression.point.pareto import DOMINATED, ON_FRONT, POSSIBLE, front, standings
from tests.measured import a_measured, judge_digits_by_bits


def a_point(bits: int, test: float, validation: float | None = None, *, spread: float = 0) -> Point:
    figures = {"accuracy": test, "size_bytes": 10.0 * bits}
    if validation is not None:
        figures["accuracy_validation"] = validation
    return a_measured(f"quantize:bits={bits}", spread=spread, **figures)


def estimate(bits: int, test: float) -> Point:
    return a_point(bits, test, spread=0.01).model_copy(update={"stage": "estimate"})


LUCKY = [a_point(2, 0.90, 0.85), a_point(3, 0.89, 0.88), a_point(4, 0.88, 0.87)]
"""The smallest is best on the test set, the second on validation."""


def test_the_front_is_chosen_on_validation() -> None:
    assert chooser_of(LUCKY) == "accuracy_validation"
    assert front(LUCKY, "size_bytes") == LUCKY[:2]
    assert standings(LUCKY, "size_bytes") == [ON_FRONT, ON_FRONT, DOMINATED]


def test_one_full_point_without_it_leaves_the_choice_to_the_test_set() -> None:
    points = [*LUCKY, a_point(8, 0.80)]
    assert chooser_of(points) == "accuracy"
    assert front(points, "size_bytes") == LUCKY[:1]


def test_a_limit_holds_on_what_is_reported() -> None:
    assert front(LUCKY, "size_bytes", limits={"accuracy": 0.885}) == LUCKY[:2]
    assert front(LUCKY, "size_bytes", limits={"accuracy": 0.895}) == LUCKY[:1]


def test_what_is_named_is_what_counts() -> None:
    assert front(LUCKY, "size_bytes", "accuracy") == LUCKY[:1]


@pytest.mark.parametrize(
    ("test", "standing"), [(0.92, POSSIBLE), (0.885, POSSIBLE), (0.5, DOMINATED)]
)
def test_an_estimate_stands_against_the_front_by_the_quality_that_both_have(test, standing) -> None:
    points = [*LUCKY[1:], estimate(3, test)]
    assert standings(points, "size_bytes") == [ON_FRONT, DOMINATED, standing]


def test_estimates_alone_are_chosen_by_what_they_have() -> None:
    points = [estimate(2, 0.80), estimate(3, 0.90), estimate(4, 0.85)]
    assert standings(points, "size_bytes") == [ON_FRONT, ON_FRONT, DOMINATED]


def test_a_quality_without_validation_chooses_itself(monkeypatch) -> None:
    judge_digits_by_bits(monkeypatch)
    points = [a_measured("prune", bits_per_byte=1.5, accuracy_validation=0.9)]
    assert chooser_of(points) == "bits_per_byte"


def test_what_chooses_is_as_good_the_same_way_round_as_what_is_reported() -> None:
    chooser = METRICS["accuracy_validation"]
    assert chooser.better == METRICS[chooser.chooses].better
    assert chooser.headline is None and not chooser.is_quality


def test_what_is_chosen_on_validation_is_reported_without_luck() -> None:
    """Of equally good points whose test figures differ by luck alone, the chosen one's is right on average."""
    random, chosen = np.random.default_rng(0), []
    for _ in range(100):
        drawn = random.normal(0.9, 0.01, (10, 2))
        points = [a_point(4, *row).model_copy() for row in drawn]
        best = front(points, "size_bytes")[0]
        chosen.append(best.value("accuracy"))
    assert np.mean(chosen) == pytest.approx(0.9, abs=0.003)
