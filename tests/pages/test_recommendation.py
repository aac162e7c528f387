"""What the trade-offs page recommends answers the limits that were set, and says truly why there is nothing."""

from __future__ import annotations

import pytest

from compression.point import Point
from pages.parts.shell.recommendation import best_sentence, best_within
from tests.measured import a_measured


def a_point(*steps: str, accuracy: float, validation: float, size: float) -> Point:
    return a_measured(
        *steps, accuracy=accuracy, accuracy_validation=validation, size_bytes=size, latency_ms=1.0
    )


ORIGINAL = a_point(accuracy=0.92, validation=0.93, size=320)
LARGE = a_point("quantize:bits=8", accuracy=0.915, validation=0.929, size=80)
CLOSE = a_point("quantize:bits=4", accuracy=0.905, validation=0.925, size=40)
LUCKY = a_point("quantize:bits=3", accuracy=0.915, validation=0.90, size=30)
SMALL = a_point("quantize:bits=2", accuracy=0.80, validation=0.81, size=20)
POINTS = [ORIGINAL, LARGE, CLOSE, LUCKY, SMALL]

ASKED = [
    ({}, CLOSE, "At most one point lost on validation"),
    ({"accuracy": 0.91}, LUCKY, "Least size within your limits"),
    ({"accuracy": 0.91, "size_bytes": 100.0}, LUCKY, "Least size within your limits"),
    ({"size_bytes": 100.0}, LARGE, "Best accuracy within your limits"),
    ({"size_bytes": 25.0}, SMALL, "Best accuracy within your limits"),
]


@pytest.mark.parametrize(("limits", "chosen", "asked"), ASKED)
def test_the_sentence_answers_the_limits(limits: dict, chosen: Point, asked: str) -> None:
    said = best_sentence(POINTS, ORIGINAL, limits, "size_bytes")
    assert said.startswith(f"**{asked}:** {chosen.recipe.describe()} is ")


@pytest.mark.parametrize(("limits", "chosen", "asked"), ASKED)
def test_what_is_recommended_is_the_first_row(limits: dict, chosen: Point, asked: str) -> None:
    best = best_within(POINTS, limits, "size_bytes")
    assert best[0] == chosen
    rest = [point.value("size_bytes") for point in best[1:]]
    assert rest == sorted(rest)


def test_the_loss_is_told_of_the_test_set() -> None:
    assert "1.5 points lower" in best_sentence(POINTS, ORIGINAL, {}, "size_bytes")


@pytest.mark.parametrize(
    ("points", "limits", "said"),
    [
        ([ORIGINAL], {}, "No point of these techniques"),
        ([ORIGINAL], {"size_bytes": 10.0}, "No point of these techniques"),
        (POINTS, {"size_bytes": 10.0}, "No point is within these limits"),
        (POINTS, {"accuracy": 0.918}, "Only the original is within your limits"),
        ([ORIGINAL, SMALL], {}, "none within one point of the original"),
    ],
)
def test_where_there_is_none_it_says_why(points: list, limits: dict, said: str) -> None:
    assert said in best_sentence(points, ORIGINAL, limits, "size_bytes")


def test_times_that_are_not_certain_are_told_apart_from_limits() -> None:
    unsure = a_measured("prune", accuracy=0.9, speedup=1.0, latency_ms=1.0, spread=0.5)
    said = best_sentence([unsure], ORIGINAL, {}, "latency_ms")
    assert said.startswith("**No point has a certain latency**")
