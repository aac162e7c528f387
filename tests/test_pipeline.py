"""The pipeline's own part: which work it does once, and chains of steps through all of it."""

from __future__ import annotations

import pytest
import torch

from compression import artifact, pipeline
from compression.errors import UsageError
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


CHAINS = [
    (
        "prune:sparsity=0.5,repair=finetune,epochs=0.1",
        "distill:student=previous,epochs=0.5",
        "prune-channels:ratio=0.3",
        "quantize:bits=4,activations=8",
    ),
    ("quantize:bits=8,activations=4", "quantize:bits=1", "prune:sparsity=0.5", "prune-channels"),
    ("prune:sparsity=0.8", "quantize:bits=1,method=qat,epochs=0.1", "quantize:bits=3"),
]


@pytest.mark.parametrize("steps", CHAINS, ids=" ".join)
def test_a_chain_is_measured_and_its_file_alone_gives_the_same(steps: tuple[str, ...]) -> None:
    subject, recipe = look_up("digits/cnn"), Recipe.build("digits/cnn", steps)
    point, file = pipeline.run(subject, recipe), pipeline.packed(subject, recipe)
    again = pipeline.verify(subject, *reversed(artifact.unpack(file)), file)
    for metric in ("accuracy", "size_bytes", "size_onnx_bytes", "macs"):
        assert again.value(metric) == point.value(metric)
    assert point.value("accuracy") > 0.2
    assert all(t.bits < 32 for t in point.layers if t.name.endswith("weight"))


@pytest.mark.parametrize("repair", ["finetune", "distil", "gradual", "rewind"])
def test_training_what_is_quantized_is_refused(repair: str) -> None:
    steps = ["quantize:bits=4", f"prune:sparsity=0.5,repair={repair},epochs=0.1"]
    with pytest.raises(UsageError, match="put prune before quantize"):
        pipeline.compress(look_up(MODEL), Recipe.build(MODEL, steps))
