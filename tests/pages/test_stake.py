"""The line that says what a model does, and what the strip is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compression.models.catalogue import MODELS, model_card
from compression.point import Point
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts.data import Known
from pages.parts.plots.strip import strip_of
from pages.parts.shell.stake import stake
from tests.measured import BITS, a_measured, judge_digits_by_bits
from tests.subjects.own import DATA


def known(*points: Point) -> Known:
    original = next((point for point in points if not point.recipe.steps), None)
    return Known("1", points, {point.key: point for point in points}, original)


def answering(point: Point, shown: str) -> Point:
    return point.model_copy(update={"shown": shown})


def test_a_line_says_what_the_model_does_how_large_it_is_and_how_good() -> None:
    original = a_measured(model="fashion-mnist/resnet8", size_bytes=310_123, accuracy=0.9274)
    assert stake(model_card("fashion-mnist/resnet8"), original) == (
        "ResNet-8 tells 10 kinds of clothes apart from 28 x 28 pixels; 310 kB, 92.7 % right."
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_bundled_model_has_one(model: str) -> None:
    card = model_card(model)
    original = bundled.points(model)[Recipe(model=model).key]
    said = stake(card, original)
    assert said.startswith(f"{card.title} tells {len(card.data.classes)} {card.data.kinds} apart")
    assert said.endswith(" % right.")
    assert card.data.kinds != "classes"
    if len(card.data.input_shape) == 3:
        assert "from {1} x {2} pixels;".format(*card.data.input_shape) in said


def test_before_the_original_is_measured_there_are_no_figures() -> None:
    said = "CNN 16-32 tells 10 handwritten digits apart from 8 x 8 pixels."
    assert stake(model_card("digits/cnn"), None) == said


def test_another_quality_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_digits_by_bits(monkeypatch)
    original = a_measured(size_bytes=9_600, **{BITS.field: 1.25})
    assert stake(model_card("digits/mlp"), original).endswith(
        "; 9.60 kB, Bits per byte 1.25 bits/byte."
    )


def test_the_strip_is_sent_the_answers_of_what_may_be_foreseen() -> None:
    original, first, second, old = (
        answering(a_measured(*steps, accuracy=0.9), shown)
        for steps, shown in (
            ([], "AP4="),
            (["quantize:bits=4"], "AfA="),
            (["quantize:bits=3"], "AvA="),
            (["quantize:bits=2"], ""),
        )
    )
    strip = strip_of("digits/mlp", known(original, first, second, old))
    assert strip is not None
    sent = strip.message([first.key, old.key])
    assert (sent["original"], sent["answers"]) == ("AP4=", {first.key: "AfA="})
    assert sent["examples"].endswith("/examples/digits.json")
    assert sent["count"] == 24


def test_a_users_own_data_has_no_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "digits/mlp", replace(model_card("digits/mlp"), data=DATA))
    assert strip_of("digits/mlp", known()) is None
