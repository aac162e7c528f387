"""What pages say of a model's quality: of accuracy as ever, of a loss the other way round."""

from __future__ import annotations

import pytest

from compression.decide import Question, decide
from compression.point import METRICS, Metric, Point
from compression.point.difference import Difference
from pages.parts.data import Known
from pages.parts.form.limits import broken_limit
from pages.parts.panels.distillation.before_training import doubt
from pages.parts.shell import quality_words, words
from pages.parts.shell.lineage import stages
from tests.measured import BITS, a_measured, judge_digits_by_bits

ACCURACY = METRICS["accuracy"]


@pytest.fixture
def bits(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_digits_by_bits(monkeypatch)


def known(*points: Point) -> Known:
    by_key = {point.key: point for point in points}
    return Known("1", points, by_key, by_key.get(points[0].recipe.baseline.key))


def change(value: float, before: float, reach: float | None = 0.01) -> Difference:
    low, high = (None, None) if reach is None else (value - before - reach, value - before + reach)
    return Difference(value - before, low, high, 2_267)


@pytest.mark.parametrize(
    ("metric", "found", "said", "same"),
    [
        (ACCURACY, change(0.90, 0.92), "2.0 points lower", ""),
        (ACCURACY, change(0.93, 0.9199), "1.0 points higher", ""),
        (ACCURACY, change(0.9201, 0.92, 0.00005), "0.01 points higher", ""),
        (
            ACCURACY,
            change(0.93, 0.9201),
            "",
            "no difference in accuracy that 2,267 examples can show",
        ),
        (
            ACCURACY,
            change(0.92, 0.92),
            "",
            "no difference in accuracy that 2,267 examples can show",
        ),
        (ACCURACY, change(0.90, 0.92, None), "2.0 points lower (not certain)", ""),
        (BITS, change(1.49, 1.40), "0.090 bits/byte higher", ""),
        (BITS, change(1.38, 1.40), "0.020 bits/byte lower", ""),
        (
            BITS,
            change(1.401, 1.40),
            "",
            "no difference in bits per byte that 2,267 examples can show",
        ),
    ],
)
def test_a_change_is_told_only_beyond_what_examples_can_show(
    metric: Metric, found: Difference, said: str, same: str
) -> None:
    assert (quality_words.compared(metric, found), quality_words.alike(metric, found)) == (
        said,
        same,
    )
    assert (quality_words.subtitle(metric, found) == "no clear change") == bool(same)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (-0.04, "−0.04"),
        (-0.001, "0.0"),
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (0.05, "+0.1"),
        (-2.349, "−2.3"),
    ],
)
def test_points_are_never_minus_zero(points: float, said: str) -> None:
    assert quality_words.plain(points, "+") == said


@pytest.mark.parametrize(
    ("points", "spread", "said"),
    [
        (-12.34, 1.2, "−12.3"),
        (-12.34, 3.5, "−12.3"),
        (-12.34, 4.0, "−12"),
        (-12.34, 40.0, "−10"),
        (-0.3, 4.0, "−0.3"),
        (0.25, None, "+0.3"),
        (0.25, 0.0, "+0.3"),
        (0.0, 4.0, "0"),
    ],
)
def test_a_difference_has_the_digits_that_its_interval_leaves_standing(
    points: float, spread: float | None, said: str
) -> None:
    assert quality_words.plain(points, "+", spread) == said
    change = Difference(points / 100, -spread / 100, spread / 100, 9) if spread else None
    if change is not None and points:
        assert quality_words.amount(ACCURACY, change) == f"{said[1:]} points"


def test_few_examples_leave_whole_points_in_the_sentence_and_on_the_card() -> None:
    change = Difference(-0.3163, -0.38, -0.24, 60)
    assert quality_words.compared(ACCURACY, change) == "32 points lower"
    assert quality_words.subtitle(ACCURACY, change) == "−32 pt"
    exact = Difference(-0.3163, -0.318, -0.314, 60_000)
    assert quality_words.compared(ACCURACY, exact) == "31.6 points lower"


def test_a_figures_subtitle_has_a_sign_and_the_unit() -> None:
    assert quality_words.signed(ACCURACY, -0.004) == "−0.4 pt"
    assert quality_words.signed(ACCURACY, 0.004, "") == "0.4 pt"
    assert quality_words.signed(BITS, 0.09) == "+0.09 bits/byte"
    assert quality_words.signed(BITS, -0.09, "") == "−0.09 bits/byte"


def test_the_browser_writes_a_loss_in_the_same_words() -> None:
    percent = {"factor": 100, "digits": 1, "words": "points lower"}
    assert quality_words.loss_words(ACCURACY) == percent
    assert quality_words.loss_words(BITS)["words"] == "bits/byte higher"


def test_a_loss_of_quality_is_positive_either_way(bits: None) -> None:
    before, after = a_measured(bits_per_byte=1.4), a_measured("prune", bits_per_byte=1.5)
    assert quality_words.lost(after, before) == pytest.approx(0.1)
    accurate = a_measured(model="watch/gru", accuracy=0.9)
    worse = a_measured("prune", model="watch/gru", accuracy=0.88)
    assert quality_words.lost(worse, accurate) == pytest.approx(0.02)
    assert quality_words.lost(worse, None) is None


def test_the_headline_and_the_cards_follow_the_card(bits: None) -> None:
    original = a_measured(bits_per_byte=1.4, size_bytes=310_000, spread=0.01)
    small = a_measured("quantize:bits=2", bits_per_byte=1.49, size_bytes=10_000, spread=0.01)
    expected = "31x smaller, 0.090 bits/byte higher than the original."
    assert words.headline(small, original) == expected
    assert words.change("bits_per_byte", small, original) == "+0.090 bits/byte"
    assert stages(small.recipe, known(original, small))[1].figures == "1.49 bits/byte, 10 kB"


ORIGINAL = {"accuracy": 0.92, "bits_per_byte": 1.40}


@pytest.mark.parametrize(
    ("quality", "near", "far", "said"),
    [
        ("accuracy", 0.91, 0.80, ("at most 1 point lost", "12 points lost instead of 1 would allow 2 bits")),
        ("bits_per_byte", 1.41, 1.60, ("at most 1 % lost", "14.29 % lost instead of 1 would allow 2 bits")),
    ],
)  # fmt: skip
def test_the_best_is_the_smallest_that_loses_little(
    request: pytest.FixtureRequest, quality: str, near: float, far: float, said: tuple[str, str]
) -> None:
    if quality == BITS.field:
        request.getfixturevalue("bits")
    original = a_measured(**{quality: ORIGINAL[quality]}, size_bytes=320.0)
    close = a_measured("quantize:bits=4", **{quality: near}, size_bytes=40.0)
    beyond = a_measured("quantize:bits=2", **{quality: far}, size_bytes=20.0)
    points = [original, close, beyond]
    found = decide(points, original, Question(original.recipe.model))
    assert found.choice == close and said[0] in found.claim
    alone = decide([original, beyond], original, Question(original.recipe.model))
    assert alone.choice == original and said[1] in alone.would_change[0].said


def test_a_limit_on_a_loss_is_an_upper_one(bits: None) -> None:
    point = a_measured("prune", bits_per_byte=1.5)
    assert (
        broken_limit(point, {"bits_per_byte": 1.45})
        == "bits per byte 1.50 bits/byte > 1.45 bits/byte"
    )
    assert broken_limit(point, {"bits_per_byte": 1.5}) == ""


def test_a_teacher_is_doubted_by_its_own_metric(bits: None) -> None:
    student = a_measured("distill:method=labels", bits_per_byte=1.35)
    taught = a_measured("distill:temperature=4", bits_per_byte=1.40).recipe
    said = doubt(taught, known(a_measured(bits_per_byte=1.40), student))
    assert said.startswith(
        "This teacher reaches 1.40 bits/byte, and such a student has reached 1.35"
    )
    assert doubt(taught, known(a_measured(bits_per_byte=1.30), student)) == ""
