"""The pipeline's own part: which work it does once."""

from __future__ import annotations

import pytest
import torch

from compression import pipeline
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/mlp"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that are really taken, in order."""
    steps: list[str] = []
    real = pipeline.technique

    def counted(step):
        steps.append(step.describe())
        return real(step)

    monkeypatch.setattr(pipeline, "technique", counted)
    pipeline._STEPS.forget()
    return steps


def test_an_estimate_and_the_measurement_after_it_compress_once(done: list[str]) -> None:
    recipe = Recipe.build(MODEL, ["prune:sparsity=0.3"])
    pipeline.estimate(look_up(MODEL), recipe)
    pipeline.run(look_up(MODEL), recipe)
    assert len(done) == 1


def test_longer_recipes_share_their_first_steps_and_come_out_the_same(done: list[str]) -> None:
    recipes = [
        Recipe.build(MODEL, ["prune:sparsity=0.6", f"quantize:bits={bits}"]) for bits in (2, 3)
    ]
    shared = [pipeline.compress(look_up(MODEL), recipe).module.state_dict() for recipe in recipes]
    assert len(done) == 3
    for recipe, state in zip(recipes, shared, strict=True):
        pipeline._STEPS.forget()
        alone = pipeline.compress(look_up(MODEL), recipe).module.state_dict()
        assert all(torch.equal(alone[name], value) for name, value in state.items())


def test_a_recipe_is_not_made_of_another_model() -> None:
    with pytest.raises(ValueError, match="is for digits/mlp, not for digits/cnn"):
        pipeline.compress(look_up("digits/cnn"), Recipe.build(MODEL, ["prune:sparsity=0.3"]))


def test_another_seed_shares_nothing(done: list[str]) -> None:
    for seed in (0, 1):
        pipeline.compress(look_up(MODEL), Recipe.build(MODEL, ["prune:score=random"], seed=seed))
    assert len(done) == 2
