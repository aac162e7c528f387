"""Beside a trained point stands its control: measured, or a button to train it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from compression.recipe import Recipe
from compression.store import Store
from tests.measured import a_point
from tests.opened import alone

MODEL = "digits/cnn"


def measured(recipe: Recipe, accuracy: float) -> None:
    point = a_point()
    value = point.measurements["accuracy"].model_copy(update={"value": accuracy})
    known = {**point.measurements, "accuracy": value}
    Store.open().add(point.model_copy(update={"recipe": recipe, "measurements": known}))


def opened(page: str, **knobs: str) -> AppTest:
    return alone(page, data="digits", model=MODEL, **knobs)


def has_button(test: AppTest) -> bool:
    return "train-control" in [button.key for button in test.button]


@pytest.mark.parametrize(
    ("page", "step", "knobs"),
    [
        (
            "pruning",
            "prune:sparsity=0.9,repair=finetune",
            {"sparsity": "0.9", "repair": "finetune"},
        ),
        (
            "channel-pruning",
            "prune-channels:ratio=0.7,repair=distil",
            {"ratio": "0.7", "repair": "distil"},
        ),
    ],
)
def test_a_control_is_offered_and_then_said(page: str, step: str, knobs: dict[str, str]) -> None:
    recipe = Recipe.build(MODEL, [step])
    assert not has_button(opened(page, **knobs))
    measured(recipe, 0.921)
    test = opened(page, **knobs)
    assert not test.exception
    assert has_button(test)
    assert recipe.control is not None
    measured(recipe.control, 0.928)
    test = opened(page, **knobs)
    assert not has_button(test)
    said = "Same training, nothing removed: 92.8 %; this point: 92.1 %, "
    assert any(caption.value.startswith(said) for caption in test.caption)


def test_a_point_that_is_not_trained_has_no_control() -> None:
    assert not has_button(opened("pruning", sparsity="0.7"))
