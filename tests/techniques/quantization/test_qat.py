"""Quantization-aware training: weights that end exactly on their grid, a better model."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from compression import models, pipeline
from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.quantize import quantize
from compression.training.data import Training
from compression.training.progress import Progress


class Lab:
    def __init__(self, model: str) -> None:
        self.original = Compressed(model_card(model), models.load(model))
        calibration = look_up(model).calibration_for(0, 512)
        self.told: list[Progress] = []
        training = Training(look_up(model).training_data, self.told.append)
        self.context = StepContext(calibration, seed=0, training=training)
        self.data = training.load()

    def quantized(self, start: Compressed | None = None, **knobs) -> Compressed:
        return quantize(start or self.original, Quantize(**knobs), self.context)

    def accuracy(self, module: nn.Module) -> float:
        with torch.no_grad():
            right = module(self.data.validation_inputs).argmax(1) == self.data.validation_labels
        return right.float().mean().item()

    def loss(self, module: nn.Module) -> float:
        with torch.no_grad():
            logits = module(self.data.validation_inputs)
        return nn.functional.cross_entropy(logits, self.data.validation_labels).item()


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab("digits/cnn")


def assert_on_grids(compressed: Compressed) -> None:
    for name in weight_names(compressed.module):
        weight, its_grid = compressed.module.get_parameter(name), compressed.formats[name]
        assert isinstance(its_grid, Grid)
        assert np.array_equal(its_grid.round(weight.detach().numpy()), weight.detach().numpy())


@pytest.mark.parametrize("bits", [1, 2])
def test_training_makes_up_for_much_of_the_rounding(bits: int) -> None:
    lab = Lab("digits/mlp")
    before = lab.quantized(bits=bits)
    after = lab.quantized(bits=bits, method="qat", epochs=3)
    assert lab.accuracy(after.module) >= lab.accuracy(before.module)
    assert lab.loss(after.module) < lab.loss(before.module)
    assert lab.told[-1].fraction == 1
    assert_on_grids(after)
    assert all(len(after.formats[n].levels) == 2**bits for n in weight_names(after.module))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "knobs",
    [
        {"bits": 3, "scheme": "asymmetric"},
        {"bits": 2, "group": 16},
        {"bits": 3, "per": "tensor"},
        {"bits": 3, "scales": "power-of-two"},
        {"format": "float", "exponent": 2, "mantissa": 1},
        {"format": "float", "exponent": 8, "mantissa": 7},
        {"format": "float", "exponent": 2, "mantissa": 1, "group": 32, "scales": "power-of-two"},
        {"format": "codebook", "bits": 3},
        {"bits": 2, "ends": "8-bit"},
        {"bits": 4, "activations": 4},
    ],
    ids=str,
)
def test_every_format_can_be_trained(lab: Lab, knobs: dict) -> None:
    after = lab.quantized(**knobs, method="qat", epochs=0.2)
    assert_on_grids(after)
    assert len(after.activations) == (
        len(weight_names(after.module)) if "activations" in knobs else 0
    )
    assert lab.accuracy(after.module) > 0.8


def test_equal_seeds_give_equal_models_and_the_original_is_untouched(lab: Lab) -> None:
    before = {name: value.clone() for name, value in lab.original.module.state_dict().items()}
    first, second = (
        lab.quantized(bits=2, method="qat", epochs=0.3).module.state_dict() for _ in range(2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    after = lab.original.module.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_pruned_weights_stay_zero(lab: Lab) -> None:
    step = Prune(sparsity=0.6)
    pruned = fold_batch_norm(pipeline.technique(step)(lab.original, step, lab.context))
    after = lab.quantized(pruned, bits=3, method="qat", epochs=0.5)
    for name in weight_names(after.module):
        zero = pruned.module.get_parameter(name) == 0
        assert zero.float().mean() > 0.05
        assert (after.module.get_parameter(name)[zero] == 0).all()


def test_a_recurrent_network_can_be_trained() -> None:
    lab = Lab("watch/gru")
    few = 8  # images: more make a start that is hard to beat on one person's windows
    after = lab.quantized(bits=1, method="qat", epochs=1, images=few)
    assert_on_grids(after)
    assert lab.told[-1].step == lab.told[-1].steps > 0
    start = lab.quantized(bits=1, images=few)
    assert lab.accuracy(after.module) > lab.accuracy(start.module)
    name = next(name for name in weight_names(after.module) if "hh" in name)
    assert not torch.equal(after.module.get_parameter(name), start.module.get_parameter(name))


def test_without_labelled_images_it_says_what_is_missing(lab: Lab) -> None:
    context = StepContext(lab.context.calibration, 0)
    with pytest.raises(UsageError, match="labelled training images"):
        quantize(lab.original, Quantize(bits=2, method="qat"), context)


# In a recipe


@pytest.fixture
def home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))


def test_a_recipe_is_trained_once_also_at_the_beginning_of_another(home: None) -> None:
    step = "quantize:bits=2,method=qat,epochs=0.5"
    told: list[Progress] = []
    first = pipeline.compress(
        look_up("digits/cnn"), Recipe.build("digits/cnn", [step]), told.append
    )
    assert told[0].step == 0
    assert math.isnan(told[0].loss)
    assert {progress.technique for progress in told} == {"quantize"}
    told.clear()
    again = pipeline.compress(
        look_up("digits/cnn"), Recipe.build("digits/cnn", [step]), told.append
    )
    longer = pipeline.compress(
        look_up("digits/cnn"), Recipe.build("digits/cnn", [step, "prune:sparsity=0"]), told.append
    )
    assert {progress.fraction for progress in told} == {1.0}
    for name, value in first.module.state_dict().items():
        assert torch.equal(value, again.module.state_dict()[name])
        assert torch.equal(value, longer.module.state_dict()[name])


def test_a_trained_recipe_is_never_estimated() -> None:
    with pytest.raises(UsageError, match="is trained"):
        pipeline.estimate(
            look_up("digits/cnn"), Recipe.build("digits/cnn", ["quantize:bits=2,method=qat"])
        )
