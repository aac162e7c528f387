"""images=0: noise in the place of images, and not one image read."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from compression import artifact, pipeline
from compression.deploy.deploy import deploy
from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.recipe import Recipe, parse_step
from compression.subjects import Subject, look_up
from compression.subjects.noise import COUNT, noise
from datasets import DATASETS, Dataset, DatasetCard, load
from tests.subjects.own import DATA as WORDS

STEPS = [
    "prune:sparsity=0.6", "prune:sparsity=0.5,score=wanda,allocation=sensitivity", "prune:pattern=2:4,score=obs",
    "prune:sparsity=0.4,repair=bias", "prune-channels:ratio=0.3", "prune-channels:ratio=0.2,repair=bias",
    "quantize:bits=4", "quantize:bits=4,method=adaround", "quantize:bits=4,allocation=error",
    "quantize:bits=8,activations=8", "quantize:bits=4,activations=6,method=gptq",
]  # fmt: skip


def no_data() -> Dataset:
    raise AssertionError("Data was read.")


def blind(model: str) -> Subject:
    """A model whose data nobody may load."""
    return replace(look_up(model), load_data=no_data)


def made(model: str, *steps: str, seed: int = 0) -> Compressed:
    recipe = Recipe.build(model, [f"{step},images=0" for step in steps], seed)
    pipeline._STEPS.forget()
    return pipeline.compress(blind(model), recipe)


def values(compressed: Compressed) -> Tensor:
    return torch.cat([value.ravel() for value in compressed.module.state_dict().values()])


def accuracy(compressed: Compressed) -> float:
    split = look_up(compressed.model.id).data.validation
    with torch.no_grad():
        answers = compressed.module(torch.from_numpy(split.inputs)).argmax(1).numpy()
    return float((answers == split.labels).mean())


@pytest.mark.parametrize("step", STEPS)
def test_no_image_is_read_and_the_model_still_works(step: str) -> None:
    compressed = made("digits/mlp", step)
    assert bool(values(compressed).isfinite().all())
    assert accuracy(compressed) > 0.85


@pytest.mark.parametrize("model", ["digits/cnn", "watch/gru"])
def test_chains_of_all_read_none_and_their_file_holds_all_that_int8_needs(model: str) -> None:
    steps = ["prune-channels:ratio=0.2", "prune:sparsity=0.3", "quantize:bits=8,activations=8"]
    compressed = made(model, *steps)
    recipe = Recipe.build(model, [f"{step},images=0" for step in steps])
    reloaded = artifact.unpack(artifact.pack(compressed, recipe).data)[0]
    assert deploy(reloaded).parts[0].model == deploy(compressed).parts[0].model


@pytest.mark.parametrize("step", [STEPS[0], "prune-channels:ratio=0.3", STEPS[-1]])
def test_the_seed_draws_the_noise(step: str) -> None:
    first, again, other = (values(made("digits/mlp", step, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert len(first) != len(other) or not torch.equal(first, other)


@pytest.mark.parametrize("card", DATASETS.values(), ids=DATASETS)
def test_noise_is_as_normalised_inputs_are_and_within_what_they_can_be(card: DatasetCard) -> None:
    drawn = noise(card, 0)
    assert drawn.shape == (COUNT, *card.input_shape)
    assert drawn.mean().item() == pytest.approx(0, abs=0.1)
    assert drawn.std().item() == pytest.approx(1, abs=0.1)
    low, high = card.input_range or (-3, 3)
    assert low - 1e-6 <= drawn.min() and drawn.max() <= high + 1e-6


@pytest.mark.parametrize("card", [c for c in DATASETS.values() if c.input_range], ids=str)
def test_a_card_says_the_ends_that_inputs_have(card: DatasetCard) -> None:
    inputs = load(card.id).train.inputs
    assert (inputs.min(), inputs.max()) == pytest.approx(card.input_range, abs=1e-5)


def test_neighbours_in_noise_are_related_and_the_roughest_hardly() -> None:
    drawn = noise(DATASETS["fashion-mnist"], 3)
    pairs = zip(drawn[..., 1:].flatten(1), drawn[..., :-1].flatten(1), strict=True)
    related = sorted(torch.corrcoef(torch.stack(pair))[0, 1].item() for pair in pairs)
    assert related[0] < 0.3 and related[COUNT // 2] > 0.6


@pytest.mark.parametrize(
    ("step", "looking"),
    [
        ("prune:score=taylor", "score=taylor"), ("prune-channels:score=taylor", "score=taylor"),
        ("prune:repair=batchnorm", "repair=batchnorm"), ("prune:repair=distil", "repair=distil"),
        ("prune:repair=finetune", "repair=finetune"), ("prune-channels:repair=distil", "repair=distil"),
        ("quantize:method=qat", "method=qat"),
    ],
)  # fmt: skip
def test_what_can_t_do_without_images_says_so(step: str, looking: str) -> None:
    with pytest.raises(
        UsageError, match=f"{looking} looks at training images, and images=0 at none"
    ):
        parse_step(f"{step},images=0")


def test_whole_numbers_can_t_be_noise() -> None:
    with pytest.raises(
        UsageError, match=r"inputs of own/sentences are int64: choose images from 1"
    ):
        noise(WORDS, 0)


def test_a_recipe_says_that_no_image_was_seen() -> None:
    for step in ("prune", "prune-channels", "quantize"):
        assert parse_step(f"{step}:images=0").describe().endswith("no image seen")
