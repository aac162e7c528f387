"""What a search is after, from names of metrics; and what it says of limits that nothing keeps."""

from __future__ import annotations

import pytest

from compression.errors import UsageError
from compression.point.goals import goal_of, in_words, unmet
from tests.measured import BITS, a_measured, judge_digits_by_bits

MODEL = "digits/mlp"
SMALL = a_measured("quantize:bits=2", accuracy_validation=0.6, size_bytes=300)
GOOD = a_measured("quantize:bits=8", accuracy_validation=0.95, size_bytes=1200)


def test_a_goal_is_validation_accuracy_against_size_unless_it_is_named() -> None:
    goal = goal_of(MODEL)
    assert [(aim.metric, aim.better) for aim in goal.objectives] == [
        ("accuracy_validation", "higher"),
        ("size_bytes", "lower"),
    ]
    assert goal.costs(GOOD) == pytest.approx([-0.95, 3.0792], abs=1e-4)
    assert goal.costs(a_measured("quantize:bits=8", size_bytes=1)) is None


def test_the_test_set_is_neither_objective_nor_limit() -> None:
    goal = goal_of(MODEL, ["accuracy", "latency_ms"], {"accuracy": 0.9})
    assert [aim.metric for aim in goal.objectives] == ["accuracy_validation", "latency_ms"]
    assert [limit.metric for limit in goal.limits] == ["accuracy_validation"]


def test_a_quality_that_is_better_the_lower_is_brought_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge_digits_by_bits(monkeypatch)
    aim = goal_of(MODEL).objectives[0]
    assert (aim.metric, aim.better) == (BITS.field, "lower")


def test_a_limit_is_broken_by_a_share_of_itself_on_its_worse_side() -> None:
    goal = goal_of(MODEL, (), {"size_bytes": 600, "accuracy": 0.8})
    assert goal.excess(GOOD) == pytest.approx([1.0, -0.1875])
    assert goal.excess(SMALL) == pytest.approx([-0.5, 0.25])


def test_a_goal_in_words() -> None:
    goal = goal_of(MODEL, ("accuracy", "size_bytes"), {"latency_ms": 0.05})
    assert in_words(goal) == "validation accuracy against size, with latency at most 0.05 ms"


def test_a_limit_that_binds_is_named_with_the_closest_point_and_by_how_much() -> None:
    goal = goal_of(MODEL, (), {"size_bytes": 200, "accuracy": 0.5})
    assert unmet(goal, [GOOD, SMALL]) == (
        "No point has size at most 200 B. The closest is 2 bits: size 300 B, 50 % over the limit."
    )


def test_limits_that_are_kept_only_apart_say_so() -> None:
    goal = goal_of(MODEL, (), {"size_bytes": 500, "accuracy": 0.9})
    said = unmet(goal, [GOOD, SMALL])
    assert said.startswith(
        "No point keeps all limits at once (size at most 500 B, validation accuracy at least 90"
    )
    assert said.endswith("The closest is 2 bits: validation accuracy 60.0 %, 33 % below the limit.")


def test_limits_that_a_point_keeps_are_not_spoken_of() -> None:
    assert unmet(goal_of(MODEL, (), {"size_bytes": 300}), [GOOD, SMALL]) == ""
    assert unmet(goal_of(MODEL), [GOOD, SMALL]) == ""


@pytest.mark.parametrize(
    ("objectives", "limits", "reason"),
    [
        (["acuracy"], {}, "did you mean accuracy"),
        ([], {"size": 1.0}, "size_bytes"),
        ([], {"size_bytes": float("nan")}, "give a finite number"),
        (["accuracy", "size_bytes", "macs", "latency_ms"], {}, "at most 3 objectives, not 4"),
    ],
)
def test_a_goal_that_cant_be_is_refused_in_one_sentence(
    objectives: list[str], limits: dict[str, float], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        goal_of(MODEL, objectives, limits)
    assert "\n" not in str(error.value)
