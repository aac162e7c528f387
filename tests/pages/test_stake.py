"""The line that says what a model does."""

from __future__ import annotations

import pytest

from compression.models.catalogue import MODELS, model_card
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts.shell.stake import stake
from tests.measured import BITS, a_measured, judge_digits_by_bits


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
