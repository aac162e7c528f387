"""What holds of every decision, whatever the points, the model and the question: drawn at random, checked by hand."""

from __future__ import annotations

import random

import pytest

from compression.decide import Decision, Question, decide
from compression.point import METRICS, Point
from compression.point.difference import difference
from compression.point.pareto import feasible
from tests.decide.points import a_candidate, many
from tests.measured import judge_digits_by_bits

MODELS = ("fashion-mnist/lenet5", "watch/gru", "digits/mlp")
QUESTIONS: tuple[dict, ...] = (
    {},
    {"lose": 0.5},
    {"lose": 2.0, "limits": {"latency_ms": 0.6}},
    {"limits": {"size_bytes": 60e3, "memory_bytes": 3e5}},
    {"worth": {"latency_ms": 0.2}},
    {"lose": 3.0, "axis": "latency_ms"},
)


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The digits' model is judged by a loss, of which less is better."""
    judge_digits_by_bits(monkeypatch)
    return str(request.param)


@pytest.fixture(params=QUESTIONS, ids=str)
def asked(request: pytest.FixtureRequest, model: str) -> Question:
    return Question(model, **request.param)


def cost_of(point: Point, decision: Decision) -> tuple[float, float]:
    by, axis = decision.chosen_by, decision.question.axis
    return METRICS[by].cost(point.value(by) or 0), METRICS[axis].cost(point.value(axis) or 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_choice_keeps_every_limit(asked: Question, seed: int) -> None:
    points, original = many(asked.model, seed=seed)
    found = decide(points, original, asked)
    assert found.choice is not None
    assert feasible(found.choice, asked.limits)
    if (most := asked.most_lost) is not None:
        one = 0.01 if METRICS[found.chosen_by].style == "percent" else 0.014
        lost = cost_of(found.choice, found)[0] - cost_of(original, found)[0]
        assert lost <= most * one + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_is_allowed_dominates_the_choice(asked: Question, seed: int) -> None:
    points, original = many(asked.model, seed=seed)
    found = decide(points, original, asked)
    assert found.choice is not None
    ours, names = cost_of(found.choice, found), list(asked.worth or ())
    for point in points:
        if feasible(point, asked.limits):
            theirs = cost_of(point, found)
            extra = all((point.value(n) or 0) <= (found.choice.value(n) or 0) for n in names)
            assert not (theirs[0] <= ours[0] and theirs[1] <= ours[1] and theirs != ours and extra)


def test_the_order_of_points_decides_nothing(asked: Question) -> None:
    points, original = many(asked.model)
    points += [
        a_candidate(asked.model, 900 + n, 0.9, 5e4, latency_ms=0.5, memory_bytes=2e5)
        for n in range(3)
    ]
    mixed = random.Random(1).sample(points, len(points))
    assert decide(points, original, asked) == decide(mixed, original, asked)


def test_a_dominated_point_changes_nothing(asked: Question) -> None:
    points, original = many(asked.model)
    found = decide(points, original, asked)
    worse = 0.1 if METRICS[found.chosen_by].better == "higher" else 9.0
    point = a_candidate(asked.model, 999, worse, 9e5, latency_ms=9.0, memory_bytes=9e5, error=0.004)
    again = decide([*points, point], original, asked)
    assert again.choice == found.choice and again.ties == found.ties
    assert again.verdict == found.verdict and again.binding == found.binding


def test_loosening_a_limit_never_makes_the_choice_worse(model: str) -> None:
    points, original = many(model)
    for name, bounds in (("size_bytes", (1e4, 3e4, 9e4, 3e5)), ("latency_ms", (0.2, 0.5, 0.9))):
        best = [decide(points, original, Question(model, limits={name: bound})) for bound in bounds]
        costs = [cost_of(each.choice, each)[0] for each in best if each.choice]
        assert len(costs) > 1 and costs == sorted(costs, reverse=True)
    loose = [decide(points, original, Question(model, lose=lose)) for lose in (0, 0.5, 1, 2, 5)]
    costs = [cost_of(each.choice, each)[1] for each in loose if each.choice]
    assert costs == sorted(costs, reverse=True)


def test_who_ties_is_tied_with(asked: Question) -> None:
    points, original = many(asked.model, error=0.01)
    found = decide(points, original, asked)
    assert found.choice is not None
    for other in found.ties:
        left = [point for point in points if point.key != found.choice.key]
        alone = [point for point in left if point.key == other.key]
        back = decide([*alone, found.choice, original], original, asked)
        assert back.choice == found.choice and back.tied_keys == {other.key}


def test_ties_of_a_quality_are_those_whose_difference_is_not_clear(model: str) -> None:
    points, original = many(model, error=0.006)
    found = decide(points, original, Question(model, limits={"size_bytes": 2e5}))
    assert found.choice is not None and found.tied_keys
    by = (found.chosen_by, found.question.quality.field)
    for point in points:
        if point.key != found.choice.key and feasible(point, {"size_bytes": 2e5}):
            apart = [difference(point.measurements[n], found.choice.measurements[n]) for n in by]
            is_tied = not any(each is not None and each.is_clear for each in apart)
            assert is_tied == (point.key in found.tied_keys)


def test_what_is_missing_or_estimated_is_never_chosen(asked: Question) -> None:
    points, original = many(asked.model)
    best = 0.99 if original.quality and original.quality < 1 else 0.1
    lucky = [
        a_candidate(asked.model, 990, best, 10.0, stage="estimate", latency_ms=0.01, memory_bytes=1.0),
        a_candidate(asked.model, 991, best, 10.0, steps=("prune", "quantize")),
    ]  # fmt: skip
    without = {n: m for n, m in lucky[1].measurements.items() if n != asked.axis}
    lucky[1] = lucky[1].model_copy(update={"measurements": without})
    before, after = decide(points, original, asked), decide([*points, *lucky], original, asked)
    assert after.choice == before.choice
    assert any(change.point == lucky[0] for change in after.would_change)


def test_a_binding_limit_loosened_as_told_gives_the_point_that_was_told() -> None:
    points, original = many("watch/gru", count=200)
    asked = Question("watch/gru", limits={"size_bytes": 4e4, "latency_ms": 0.5})
    binding = decide(points, original, asked).binding
    assert binding is not None
    loosened = Question("watch/gru", limits={**asked.limits, binding.name: binding.needed})
    assert decide(points, original, loosened).choice == binding.point
