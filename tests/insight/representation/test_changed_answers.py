"""Flips, classes and calibration against counts and formulas by hand; then the question itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from compression import insight
from compression.insight.representation.calibration import (
    fitted_temperature,
    negative_log_likelihood,
    reliability,
)
from compression.insight.representation.changed_answers import (
    compared,
    most_surprising,
    paired_difference,
    worst_class,
)
from compression.insight.representation.changes import distance
from compression.recipe import Recipe

LABELS = np.array([0, 0, 0, 1, 1, 1])
BEFORE = np.array([0, 0, 1, 1, 1, 0])
AFTER = np.array([0, 1, 1, 1, 1, 1])


def test_flips_are_counted_by_whether_they_lost_or_won() -> None:
    found = compared(BEFORE, AFTER, LABELS, 2)
    assert (found["flipped"]["count"], found["lost"], found["won"], found["other"]) == (2, 1, 1, 0)
    changes = [row["change"] for row in found["by_class"]]
    assert changes == pytest.approx([-1 / 3, 1 / 3])
    assert worst_class(found["by_class"]) == 0


def test_a_paired_interval_is_that_of_agresti_and_min() -> None:
    found = paired_difference(lost=20, won=5, n=100)
    # By hand: (5 - 20) / 102 -+ 1.96 sqrt((26/102 - (15/102)^2) / 102)
    spread = 1.959964 * math.sqrt((26 / 102 - (15 / 102) ** 2) / 102)
    assert found.value == pytest.approx(-0.15)
    assert (found.low, found.high) == pytest.approx((-15 / 102 - spread, -15 / 102 + spread))


def test_a_paired_interval_holds_the_truth_nineteen_times_of_twenty() -> None:
    random, n = np.random.RandomState(0), 200
    drawn = random.multinomial(n, [0.06, 0.02, 0.92], size=2000)
    pairs = [paired_difference(int(lost), int(won), n) for lost, won, _ in drawn]
    assert 0.93 < np.mean([pair.low <= -0.04 <= pair.high for pair in pairs]) < 0.99


def test_the_most_surprising_flip_is_the_one_that_both_were_sure_of() -> None:
    before = np.array([[0.9, 0.1], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8]])
    after = np.array([[0.1, 0.9], [0.4, 0.6], [0.8, 0.2], [0.9, 0.1]])
    rows = most_surprising(before, after, np.array([0, 0, 0, 0]), 5)
    assert rows.tolist() == [0, 3, 1]  # the third did not flip


def test_ece_is_the_mean_gap_weighted_by_counts() -> None:
    sure = np.array([0.6, 0.6, 0.9, 0.9])
    logits = np.stack([np.log(sure), np.log(1 - sure)], axis=1)
    found = reliability(logits, np.array([0, 1, 0, 0]))
    assert found.ece == pytest.approx((abs(0.5 - 0.6) + abs(1 - 0.9)) / 2)
    assert sum(found.counts) == 4


def test_the_temperature_undoes_a_factor_of_the_logits() -> None:
    random = np.random.RandomState(0)
    logits = 2 * random.randn(20_000, 4)
    odds = np.exp(logits)
    drawn = (odds / odds.sum(1, keepdims=True)).cumsum(1) < random.rand(20_000, 1)
    labels = drawn.sum(1)
    assert fitted_temperature(3 * logits, labels) == pytest.approx(3, rel=0.05)
    best = fitted_temperature(logits, labels)
    assert negative_log_likelihood(logits, labels, best) <= min(
        negative_log_likelihood(logits, labels, best * factor) for factor in (0.98, 1.02)
    )


def test_the_logits_distance_is_a_share_of_their_spread() -> None:
    before = np.array([[1.0, -1.0], [2.0, -2.0]], np.float32)
    assert distance(before, before + 7) == pytest.approx(0)
    assert distance(before, 0 * before) == pytest.approx(1)


def ask(question: str, steps: list[str], **others: object) -> dict:
    recipe = Recipe.build("digits/mlp", steps).model_dump(mode="json")
    return insight.answer(question, {"model": "digits/mlp", "recipe": recipe, **others})


def test_the_original_beside_itself_has_not_changed() -> None:
    found = ask("changes", [])
    assert found["flipped"]["count"] == 0 == found["logit_distance"] and found["flips"] == []
    assert [layer["cka"] for layer in found["layers"]] == pytest.approx([1, 1])
    assert found["figures"]["cka"]["value"] == pytest.approx(1)


def test_guards_are_the_figures_of_the_whole_comparison() -> None:
    steps = ["quantize:bits=2"]
    assert ask("guards", steps)["figures"] == ask("changes", steps)["figures"]


def test_two_recipes_can_be_compared_and_the_point_gets_no_figure_of_it() -> None:
    three = Recipe.build("digits/mlp", ["quantize:bits=3"]).model_dump(mode="json")
    found = ask("changes", ["quantize:bits=3"], beside=three)
    assert found["flipped"]["count"] == 0 and found["figures"] == {}
    assert ask("changes", ["quantize:bits=2"], beside=three)["flipped"]["count"] > 0
