"""What a step says of its training without doing it: what stands before, its control, which knobs then count."""

from __future__ import annotations

import pytest

from compression.errors import UsageError
from compression.recipe import Recipe, parse_step


def test_controls_of_equal_trainings_are_one_recipe() -> None:
    texts = ("sparsity=0.9", "sparsity=0.5,score=random,layers=fc=0.3", "pattern=2:4")
    found = [Recipe.build("digits/cnn", [f"prune:{t},repair=finetune,epochs=2"]) for t in texts]
    (key,) = {recipe.control.key for recipe in found if recipe.control}
    assert key == Recipe.build("digits/cnn", ["prune:sparsity=0,repair=finetune,epochs=2"]).key


def test_only_the_last_step_of_a_recipe_has_a_control() -> None:
    steps = ["prune:repair=finetune", "prune-channels:ratio=0.3,repair=distil"]
    found = Recipe.build("digits/cnn", steps, seed=4).control
    assert found == Recipe.build(
        "digits/cnn", [steps[0], "prune-channels:ratio=0,repair=distil"], 4
    )
    assert Recipe.build("digits/cnn", ["prune:repair=finetune", "quantize"]).control is None
    assert Recipe.build("digits/cnn").control is None
    assert Recipe.build("digits/cnn", ["prune"]).control is None


@pytest.mark.parametrize("repair", ["gradual", "rewind"])
def test_a_pattern_can_not_come_in_steps(repair: str) -> None:
    with pytest.raises(UsageError, match="choose pattern=free"):
        parse_step(f"prune:pattern=2:4,repair={repair}")


def test_epochs_count_only_where_something_is_trained() -> None:
    with pytest.raises(UsageError, match="epochs only counts with repair="):
        parse_step("prune:epochs=2")
    with pytest.raises(UsageError, match="epochs only counts with repair="):
        parse_step("prune-channels:repair=bias,epochs=2")


@pytest.mark.parametrize(
    "text",
    ["prune:sparsity=0.9,score=obs,repair=gradual", "prune-channels:widths=conv1=4,repair=distil"],
)
def test_a_point_before_training_is_that_of_refitting(text: str) -> None:
    before = Recipe.build("digits/cnn", [f"{text},epochs=3"]).untrained
    wanted = text.replace(",repair=gradual", "").replace(",repair=distil", "")
    assert before == Recipe.build("digits/cnn", [wanted])
    assert not before.is_trained


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("prune:repair=distil", False),
        ("prune:repair=finetune", True),
        ("prune:repair=distil,score=taylor", True),
        ("prune-channels:repair=distil", False),
        ("prune-channels:repair=finetune", True),
    ],
)
def test_a_step_says_whether_it_looks_at_labels(text: str, labels: bool) -> None:
    step = parse_step(text)
    assert step.is_trained
    assert step.needs_labels is labels
