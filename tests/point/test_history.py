"""What a search comes to: its front, hypervolume, cost, and a network placed by hand against it."""

from __future__ import annotations

import math

import pytest

from compression.point import Measurement, Point
from compression.point.goals import goal_of
from compression.point.history import Evaluation, History, energy_of, reference_of
from compression.point.placed import placed
from tests.measured import a_measured

MODEL = "digits/mlp"


def a_point(bits: int, accuracy: float, size: float, cpu: float | None = 2.0) -> Point:
    figures = {
        "accuracy_validation": accuracy,
        "size_bytes": size,
        "latency_ms": 2,
        "energy_mj": 10,
    }
    point = a_measured(f"quantize:bits={bits}", **figures)
    return point.model_copy(update={"cpu_seconds": cpu, "seconds": 9.0})


def a_history(*points: Point | None, limits: dict[str, float] | None = None) -> History:
    evaluations = [
        Evaluation(number, 0, point.recipe, points=(point,), thinking_seconds=1.0 * (number == 1))
        if point is not None
        else Evaluation(number, 0, a_point(8, 1, 1).recipe, error="It broke.")
        for number, point in enumerate(points, start=1)
    ]
    return History(goal_of(MODEL, (), limits), tuple(evaluations))


FOUND = (a_point(2, 0.8, 1000), None, a_point(3, 0.7, 2000), a_point(4, 0.9, 2000))


def test_the_front_is_what_no_other_beats_from_the_smallest_on() -> None:
    assert [each.number for each in a_history(*FOUND).front] == [1, 4]
    assert [each.number for each in a_history(*FOUND, limits={"size_bytes": 1500}).front] == [1]
    assert a_history(None).front == []


def test_hypervolume_grows_from_a_guessing_network_of_the_originals_size() -> None:
    history = a_history(*FOUND)
    original = a_measured(accuracy_validation=0.98, size_bytes=10_000)
    reference = reference_of(history.goal, original, [history])
    assert reference == pytest.approx([-0.1, 4.0])  # ten classes; log10 of 10 kB
    first, second = 0.7 * 1.0, 0.1 * math.log10(5)  # what the better, twice as large one adds
    assert history.hypervolumes(reference) == pytest.approx([first, first, first, first + second])


def test_what_breaks_a_limit_is_worth_nothing() -> None:
    history = a_history(*FOUND, limits={"accuracy": 0.95})
    assert history.hypervolumes([0.0, 4.0]) == [0, 0, 0, 0]


def test_processor_time_is_summed_with_thinking_and_becomes_energy() -> None:
    history = a_history(*FOUND)
    assert history.cpu_seconds == [3, 3, 5, 7]
    told = energy_of(7, [FOUND[0]])
    assert told.value == pytest.approx(7 * 10 / 2) and told.how == "modelled"
    assert energy_of(7, []) is None


def test_a_point_of_before_processor_time_was_kept_counts_its_workers_time() -> None:
    assert a_history(a_point(2, 0.8, 1000, cpu=None)).cpu_seconds == [10]


def test_seeds_of_a_setting_are_one_evaluation_once_all_are_there() -> None:
    one, other = a_point(2, 0.8, 1000), a_point(2, 0.9, 1000)
    half = Evaluation(1, 0, one.recipe, seeds=2, points=(one,))
    assert half.is_awaited and half.value("accuracy_validation") is None
    whole = Evaluation(1, 0, one.recipe, seeds=2, points=(one, other))
    assert whole.value("accuracy_validation") == pytest.approx(0.85) and whole.cpu_seconds == 4


@pytest.mark.parametrize(
    ("point", "by", "gains"),
    [
        (a_point(5, 0.85, 3000), 4, ["5 points more validation accuracy", "1.5 times less size"]),
        (a_point(5, 0.9, 3000), 4, ["1.5 times less size"]),
        (a_point(5, 0.75, 1000), 1, ["5 points more validation accuracy"]),
    ],
)
def test_a_network_that_is_beaten_is_told_by_what_and_how_far(
    point: Point, by: int, gains: list[str]
) -> None:
    told = placed(point, a_history(*FOUND), [0.0, 4.0])
    assert told.by.number == by and list(told.gains) == gains


def test_a_small_gain_is_within_the_error() -> None:
    def told_apart(accuracy: float, spread: float) -> Point:
        point = a_point(5, accuracy, 3000)
        m = point.measurements["accuracy_validation"]
        around = m.model_copy(update={"low": accuracy - spread, "high": accuracy + spread})
        return point.model_copy(
            update={"measurements": {**point.measurements, "accuracy_validation": around}}
        )

    wide = [told_apart(0.89, 0.05), told_apart(0.9, 0.05)]
    told = placed(
        wide[0], a_history(wide[1].model_copy(update={"recipe": FOUND[0].recipe})), [0.0, 4.0]
    )
    assert told.gains == ("1 points more validation accuracy (within the error)",)


def test_a_network_that_nothing_beats_adds_to_the_hypervolume() -> None:
    history = a_history(*FOUND)
    told = placed(a_point(5, 0.95, 500), history, [0.0, 4.0])
    before = history.hypervolumes([0.0, 4.0])[-1]
    after = 0.95 * math.log10(20)
    assert told.by is None and told.adds == pytest.approx((after - before) / before)


def test_a_network_that_was_found_or_breaks_a_limit_is_said_so() -> None:
    assert placed(FOUND[3], a_history(*FOUND), [0.0, 4.0]).was_found
    limited = a_history(*FOUND, limits={"size_bytes": 1500})
    assert placed(a_point(5, 0.95, 5000), limited, [0.0, 4.0]).breaks
    assert placed(a_measured("quantize:bits=5"), a_history(*FOUND), [0.0, 4.0]) is None


def test_without_an_original_the_worst_that_was_seen_is_the_reference() -> None:
    history = a_history(*FOUND)
    assert reference_of(history.goal, None, [history]) == pytest.approx([-0.7, math.log10(2000)])
    assert isinstance(energy_of(1, [FOUND[0]]), Measurement)
