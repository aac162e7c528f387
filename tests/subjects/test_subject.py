"""What a recipe starts from: looked up once by its name, loaded part by part when it is needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

import datasets
from compression import artifact, insight, models, pipeline
from compression.deploy.deploy import deploy, with_int8_ranges
from compression.errors import UsageError
from compression.models import catalogue
from compression.models.catalogue import MODELS, hashes, model_card
from compression.models.compressed import Compressed
from compression.models.plans import PLANS
from compression.recipe import Recipe
from compression.subjects import Subject, look_up
from compression.techniques.context import StepContext
from tests.made_up import a_card

MODEL = "digits/cnn"


def refuse() -> datasets.Dataset:
    raise AssertionError("No data is needed here.")


@pytest.mark.parametrize("model", MODELS)
def test_each_model_is_looked_up_with_its_own_card_data_and_plan(model: str) -> None:
    subject = look_up(model)
    assert (subject.card, subject.plan) == (MODELS[model], PLANS[model])
    assert subject.data.card == subject.card.data
    assert subject.original.model is subject.card


def test_a_name_is_looked_up_once() -> None:
    assert look_up(MODEL) is look_up(MODEL)
    with pytest.raises(UsageError, match="no model 'digits/cmm'"):
        look_up("digits/cmm")


@pytest.mark.parametrize("model", ["digits/cnn", "fashion-mnist/lenet5", "watch/gru"])
def test_the_seed_draws_the_calibration_inputs_from_the_training_split_alone(model: str) -> None:
    subject = look_up(model)
    train = {inputs.tobytes() for inputs in subject.data.train.inputs}
    draws = [subject.calibration_for(seed, 600) for seed in (0, 1, 2)]
    sets = [{row.tobytes() for row in inputs.numpy()} for inputs in draws]
    assert all(len(inputs) == 600 and one <= train for inputs, one in zip(draws, sets, strict=True))
    assert sets[0] != sets[1] != sets[2]
    assert torch.equal(subject.calibration_for(1, 70), draws[1][:70])


def test_a_recipe_is_given_the_images_of_its_own_seed() -> None:
    subject = look_up(MODEL)
    for seed in (0, 5):
        recipe = Recipe.build(MODEL, ["quantize:bits=2"], seed=seed)
        given = pipeline.context_of(subject, recipe).calibration[:512]
        assert torch.equal(given, subject.calibration_for(seed, 512))


def test_what_is_deployed_is_shown_the_same_inputs_whatever_the_seed() -> None:
    """So a measurement and an export of the same recipe have the same ranges."""
    subject, step = look_up(MODEL), "quantize:bits=8,activations=8"
    recipe = Recipe.build(MODEL, [step], seed=3)
    compressed = pipeline.compress(subject, recipe)
    again = with_int8_ranges(compressed, subject.data.calibration.inputs[:256])
    (part,) = deploy(again).parts
    assert part.int8_operators
    assert pipeline.onnx_file(subject, recipe)[0] == part.model


def test_packing_loads_no_data_and_reads_none() -> None:
    subject = Subject(model_card(MODEL), lambda: models.load(MODEL), refuse)
    compressed, recipe = artifact.unpack(pipeline.packed(subject, Recipe(model=MODEL)))
    assert recipe == Recipe(model=MODEL)
    inputs = torch.randn(4, *subject.card.data.input_shape)
    expected = subject.original.folded.module(inputs)
    assert torch.equal(compressed.module(inputs), expected)


def test_a_model_without_a_plan_learns_from_its_inputs_as_they_are() -> None:
    subject = Subject(a_card(), nn.Identity, lambda: datasets.load("digits"))
    training, batch = subject.training_data(), torch.randn(3, 1, 8, 8)
    assert training.augment(batch, torch.Generator()) is batch
    assert training.mirror is None
    assert torch.equal(training.inputs, torch.from_numpy(datasets.load("digits").train.inputs))


def test_shifts_are_left_out_of_what_compressed_models_learn_from() -> None:
    assert PLANS["fashion-mnist/resnet8"].augmentation == "crop_flip"
    training, batch = look_up("fashion-mnist/resnet8").training_data(), torch.randn(64, 1, 28, 28)
    seen = training.augment(batch, torch.Generator().manual_seed(0))
    mirrored = (seen == batch.flip(-1)).flatten(1).all(1)
    assert (mirrored | (seen == batch).flatten(1).all(1)).all()
    assert 0 < mirrored.sum() < 64


def test_the_last_step_is_given_batch_norms_that_no_step_has_folded() -> None:
    subject = look_up("fashion-mnist/ds-cnn")
    one = Recipe.build(subject.card.id, ["prune:sparsity=0.5,repair=none"])
    two = Recipe.build(subject.card.id, [*one.steps, "quantize:bits=4,method=nearest"])
    assert pipeline.before_last_step(subject, one) is subject.original
    assert not subject.original.is_folded
    given, pruned = pipeline.before_last_step(subject, two), pipeline.compress(subject, one)
    assert given.folded.module.state_dict().keys() == pruned.module.state_dict().keys()
    for name, value in pruned.module.state_dict().items():
        assert torch.equal(given.folded.module.state_dict()[name], value)


def test_the_hash_of_own_data_is_part_of_the_key_and_the_projects_have_none(monkeypatch) -> None:
    key, card = Recipe(model=MODEL).key, model_card(MODEL)
    assert hashes(MODEL).keys() == {"weights"}
    keys = {key}
    for sha256 in ("a" * 64, "b" * 64):
        own = replace(card, data=replace(card.data, sha256=sha256))
        monkeypatch.setitem(catalogue.MODELS, MODEL, own)
        assert hashes(MODEL)["data"] == sha256
        keys.add(Recipe(model=MODEL).key)
    assert len(keys) == 3


def test_a_question_about_one_model_with_the_recipe_of_another_is_refused() -> None:
    recipe = Recipe.build("digits/mlp", ["quantize:bits=4"]).model_dump()
    with pytest.raises(UsageError, match="The recipe is for digits/mlp, not for digits/cnn"):
        insight.answer("weights", {"model": MODEL, "recipe": recipe})


def test_other_trained_models_are_had_by_name_unless_a_step_is_run_by_itself() -> None:
    subject = Subject(a_card("own/words"), nn.Identity, refuse)
    assert subject.trained_model("own/words") is subject.original
    teacher = subject.trained_model("digits/mlp")
    assert isinstance(teacher, Compressed) and teacher.model.id == "digits/mlp"
    with pytest.raises(UsageError, match="digits/mlp can't be had here"):
        StepContext(torch.zeros(1), seed=0).trained_model("digits/mlp")
