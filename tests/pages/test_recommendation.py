"""What the trade-offs page recommends is what the one room decides, and its words say truly why there is nothing."""

from __future__ import annotations

import pytest

from compression.decide import Question, decide
from compression.point import Point
from pages.parts.form.question_form import lines_of
from pages.parts.shell.decision import verdict_sentence
from pages.parts.shell.front_words import front_words, volume
from pages.parts.shell.recommendation import recommendation
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
    ({}, CLOSE),
    ({"accuracy": 0.91}, LARGE),
    ({"accuracy": 0.91, "size_bytes": 100.0}, LARGE),
    ({"size_bytes": 100.0}, LARGE),
    ({"size_bytes": 25.0}, SMALL),
]


@pytest.mark.parametrize(("limits", "chosen"), ASKED)
def test_what_is_recommended_answers_the_limits(limits: dict, chosen: Point) -> None:
    found = recommendation(POINTS, limits, "size_bytes")
    assert found == chosen


def test_a_lucky_figure_on_the_test_set_recommends_nothing() -> None:
    # 0.915 on test is within the limit; 0.90 on validation is not, and it is the smaller one.
    assert recommendation(POINTS, {"accuracy": 0.91}, "size_bytes") != LUCKY


def test_what_validation_allows_and_the_test_set_does_not_is_told_and_fails() -> None:
    found = decide(POINTS, ORIGINAL, Question("digits/mlp", lose=1.0))
    assert found.choice == CLOSE and found.verdict == "fail"
    assert "1.5 points lost on test" in verdict_sentence(found)


@pytest.mark.parametrize(
    ("points", "question", "said"),
    [
        ([], {}, "No point of digits/mlp is known"),
        (POINTS, {"limits": {"size_bytes": 10.0}}, "The closest is 2 bits: size 20 B, 2 times the limit"),
        (POINTS, {"limits": {"accuracy": 0.918}}, " as it is (320 B, 92.0 %): nothing compressed keeps"),
        (POINTS[1:], {"lose": 1.0}, "The original of digits/mlp is not measured"),
    ],
)  # fmt: skip
def test_where_there_is_none_it_says_why(points: list, question: dict, said: str) -> None:
    original = ORIGINAL if ORIGINAL in points else None
    assert said in decide(points, original, Question("digits/mlp", **question)).claim


def test_times_that_are_not_certain_decide_nothing() -> None:
    unsure = a_measured(
        "prune", accuracy=0.9, accuracy_validation=0.9, speedup=1.0, latency_ms=1.0, spread=0.5
    )
    asked = Question("digits/mlp", limits={"latency_ms": 2.0})
    found = decide([ORIGINAL, unsure], ORIGINAL, asked)
    assert found.choice == ORIGINAL


def test_a_loss_is_drawn_where_it_leaves_the_quality_and_free_limits_wait() -> None:
    lines = lines_of(Question("digits/mlp", lose=2.0), ORIGINAL, ["size_bytes", "latency_ms"])
    assert [(line.name, line.value) for line in lines] == [
        ("lose", pytest.approx(0.90)), ("size_bytes", None), ("latency_ms", None),
    ]  # fmt: skip


def test_a_front_fills_the_share_of_its_room_that_a_rectangle_by_hand_does() -> None:
    # One point, 10x smaller at 5 points lost: half of the decades times half of the points.
    one = a_point("quantize:bits=2", accuracy=0.87, validation=0.88, size=32)
    assert volume([one], ORIGINAL, "size_bytes") == pytest.approx(0.25)
    assert "hypervolume is 25 %" in front_words([ORIGINAL, one], ORIGINAL, "size_bytes")
