"""The step `subnet`: a smaller network out of the supernet, and a sentence where there is none."""

from __future__ import annotations

import pytest
import torch

from compression import artifact, pipeline
from compression.errors import ArtifactError, UsageError
from compression.models.compressed import Compressed
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "fashion-mnist/supernet"
HALF = "subnet:stem=0.5,width1=0.5,width2=0.5,width3=0.5"


def made(*steps: str) -> Compressed:
    return pipeline.compress(look_up(MODEL), Recipe.build(MODEL, steps))


def size(compressed: Compressed) -> int:
    return sum(p.numel() for p in compressed.module.parameters())


def test_at_its_defaults_it_is_the_supernet_itself() -> None:
    assert made("subnet").student == ""
    assert size(made("subnet")) == size(made())


def test_half_the_channels_are_a_quarter_of_the_weights() -> None:
    half = made(HALF)
    assert half.student == "subnet-8-16-28-28-d232-k55-r28"
    assert 0.2 < size(half) / size(made()) < 0.3


@pytest.mark.parametrize(
    "knob", ["stem=0.5", "width1=0.5", "width2=0.5", "width3=0.5", "depth1=1", "depth2=2", "depth2=1", "depth3=1",
             "kernel2=3", "kernel3=3"],
)  # fmt: skip
def test_each_knob_makes_it_smaller(knob: str) -> None:
    assert size(made(f"subnet:{knob}")) < size(made())


def test_a_lower_resolution_has_the_same_weights_and_other_answers() -> None:
    low, whole = made("subnet:resolution=14"), made()
    images = look_up(MODEL).calibration_for(0, 8)
    assert size(low) == size(whole)
    assert not torch.allclose(low.module(images), whole.module(images), atol=0.1)


def test_its_own_statistics_are_what_makes_it_answer_right() -> None:
    """Those of the largest, which it has before, are of other sums."""
    subject = look_up(MODEL)
    split = subject.data.validation
    right = {}
    for images in (512, 0):
        compressed = made(f"{HALF},images={images}")
        answers = compressed.module(torch.from_numpy(split.inputs)).argmax(1)
        right[images] = (answers == torch.from_numpy(split.labels)).float().mean()
    assert right[512] > 0.8 and right[512] > right[0]


@pytest.mark.parametrize("model", ["fashion-mnist/lenet5", "digits/mlp", "watch/gru"])
def test_any_other_model_is_told_that_it_takes_a_supernet(model: str) -> None:
    with pytest.raises(UsageError, match=f"{model} is none: choose {MODEL}\\.$") as refused:
        pipeline.compress(look_up(model), Recipe.build(model, [HALF]))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("step", ["prune:sparsity=0.5", "quantize:bits=8", HALF])
def test_it_is_the_first_step_or_refused(step: str) -> None:
    with pytest.raises(UsageError, match="make it the first step"):
        made(step, HALF)


@pytest.mark.parametrize(
    "then", ["prune:sparsity=0.5", "prune-channels:ratio=0.5", "quantize:bits=4", "slice:stages=2",
             "quantize:bits=8,activations=8"],
)  # fmt: skip
def test_other_steps_go_on_from_it_and_the_file_reloads_alone(then: str) -> None:
    steps = [HALF, then]
    compressed = made(*steps)
    packed = artifact.pack(compressed, Recipe.build(MODEL, steps)).data
    reloaded, recipe = artifact.unpack(packed)
    images = look_up(MODEL).calibration_for(0, 16)
    assert torch.equal(reloaded.module(images), compressed.module(images))
    assert reloaded.student == compressed.student and len(recipe.steps) == 2


def test_a_file_of_another_model_that_names_a_sub_network_is_refused() -> None:
    half = made(HALF)
    packed = artifact.pack(half, Recipe.build("fashion-mnist/lenet5", [])).data
    with pytest.raises(ArtifactError, match="no supernet"):
        artifact.unpack(packed)
