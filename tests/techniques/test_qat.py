"""Quantization-aware training: LSQ's gradients, weights that end exactly on their grid, a better model."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from compression import models, pipeline
from compression.compressed import Compressed, StepContext, fold_batch_norm, weight_names
from compression.encoding.formats import Grid, float_levels, integer_levels
from compression.errors import UsageError
from compression.recipe import Recipe
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.learned_grid import LearnedGrid
from compression.techniques.quantization.quantize import quantize
from compression.training.data import Training
from compression.training.progress import Progress


def some_weight(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def grid(kind: str, rows: int = 6, groups: int = 1, **options) -> Grid:
    levels = {
        "ternary": integer_levels(1.58),
        "binary": integer_levels(1),
        "int2": integer_levels(2, full=True),
        "int8": integer_levels(8),
        "asymmetric": np.arange(16, dtype=np.float32),
        "float": float_levels(2, 1),
        "codebook": np.array([-2.1, -0.7, -0.1, 0.4, 0.9, 2.5], np.float32),
    }[kind]
    name = {"float": "float", "codebook": "codebook"}.get(kind, "int")
    scale = np.linspace(0.25, 0.75, rows * groups, dtype=np.float32).reshape(rows, groups)
    zero = np.full_like(scale, 7) if kind == "asymmetric" else None
    if kind == "float":
        options |= {"exponent": 2, "mantissa": 1}
    scale = scale.astype(np.float16).astype(np.float32)
    return Grid(name, levels, scale, zero=zero, stored="float16", **options)


KINDS = ["binary", "ternary", "int2", "int8", "asymmetric", "float", "codebook"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(6, 20), (6, 2, 3, 3)])
def test_before_training_it_gives_the_weight_rounded_to_its_grid(kind: str, shape) -> None:
    weight, its_grid = some_weight(*shape), grid(kind)
    expected = torch.from_numpy(its_grid.round(weight.numpy()))
    learned = LearnedGrid(weight, its_grid)
    torch.testing.assert_close(learned(), expected)
    values, same = learned.result()
    assert torch.equal(values, expected)
    assert np.array_equal(same.scale, its_grid.scale)


def test_groups_have_scales_of_their_own() -> None:
    weight, its_grid = some_weight(6, 20), grid("int2", groups=3, group=8)
    learned = LearnedGrid(weight, its_grid)
    expected = torch.from_numpy(its_grid.round(weight.numpy()))
    torch.testing.assert_close(learned(), expected)
    assert torch.equal(learned.result()[0], expected)
    assert learned.log_gain.shape == (6, 3)


def test_the_gradient_of_a_scale_is_the_true_one_while_codes_stay() -> None:
    weight = torch.tensor([[-9.0, -1.3, 0.2, 0.45, 0.9]])  # codes -2, -2, 0, 1, 1 at scale 0.5
    learned = LearnedGrid(
        weight, Grid("int", integer_levels(2, full=True), np.array([[0.5]], np.float32))
    )
    learned().backward(torch.tensor([[1.0, 10.0, 100.0, 1000.0, 10000.0]]))
    assert learned.log_gain.grad is not None
    by_scale = learned.log_gain.grad.item() / 0.5  # d/d log s = s d/ds
    assert by_scale == pytest.approx(-2 * 1 - 2 * 10 + 0 * 100 + 1000 + 10000)


def test_gradients_pass_the_rounding_and_stop_beyond_the_outermost_levels() -> None:
    weight = torch.tensor([[-9.0, -1.0, 0.2, 0.45, 0.9]])
    scale = np.array([[0.5]], np.float32)
    learned = LearnedGrid(weight, Grid("int", integer_levels(2, full=True), scale))
    learned().sum().backward()
    assert learned.latent.grad is not None
    passed = learned.latent.grad / (0.5 * learned.unit)  # per change of the weight itself
    torch.testing.assert_close(passed, torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]]))


def test_powers_of_two_are_not_learned() -> None:
    fixed = Grid("int", integer_levels(4), np.ones((6, 1), np.float32), stored="exponent")
    learned = LearnedGrid(some_weight(6, 20), fixed)
    learned().sum().backward()
    assert not learned.log_gain.requires_grad
    assert np.array_equal(learned.result()[1].scale, fixed.scale)


@pytest.mark.parametrize("kind", KINDS)
def test_after_updates_values_are_on_the_grid_and_scales_can_be_stored(kind: str) -> None:
    learned = LearnedGrid(some_weight(6, 20), grid(kind))
    optimizer = torch.optim.Adam(learned.parameters(), lr=0.005)
    for _ in range(20):
        optimizer.zero_grad()
        (learned() - 1.3 * some_weight(6, 20)).square().sum().backward()
        optimizer.step()
    values, after = learned.result()
    torch.testing.assert_close(values, learned().detach(), rtol=1e-3, atol=1e-6)
    assert np.array_equal(after.round(values.numpy()), values.numpy())
    assert np.array_equal(after.scale.astype(np.float16).astype(np.float32), after.scale)
    assert not np.array_equal(after.scale, grid(kind).scale)


# On whole models


class Lab:
    def __init__(self, model: str) -> None:
        self.original = Compressed(model, models.load(model))
        calibration = torch.from_numpy(pipeline.original(model).data.calibration.inputs)
        self.told: list[Progress] = []
        training = Training(lambda: pipeline._training_data(model), self.told.append)
        self.context = StepContext(calibration, seed=0, training=training)
        self.data = training.load()

    def quantized(self, start: Compressed | None = None, **knobs) -> Compressed:
        return quantize(start or self.original, Quantize(**knobs), self.context)

    def accuracy(self, module: nn.Module) -> float:
        with torch.no_grad():
            right = module(self.data.validation_inputs).argmax(1) == self.data.validation_labels
        return right.float().mean().item()


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
    before = lab.accuracy(lab.quantized(bits=bits).module)
    after = lab.quantized(bits=bits, method="qat", epochs=3)
    assert lab.accuracy(after.module) > before
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
    after = lab.quantized(bits=1, method="qat", epochs=1)
    assert_on_grids(after)
    assert lab.told[-1].step == lab.told[-1].steps > 0
    start = lab.quantized(bits=1)
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
    first = pipeline.compress(Recipe.build("digits/cnn", [step]), told.append)
    assert told[0].step == 0
    assert math.isnan(told[0].loss)
    assert {progress.technique for progress in told} == {"quantize"}
    told.clear()
    again = pipeline.compress(Recipe.build("digits/cnn", [step]), told.append)
    longer = pipeline.compress(Recipe.build("digits/cnn", [step, "prune:sparsity=0"]), told.append)
    assert {progress.fraction for progress in told} == {1.0}
    for name, value in first.module.state_dict().items():
        assert torch.equal(value, again.module.state_dict()[name])
        assert torch.equal(value, longer.module.state_dict()[name])


def test_a_trained_recipe_is_never_estimated() -> None:
    with pytest.raises(UsageError, match="is trained"):
        pipeline.estimate(Recipe.build("digits/cnn", ["quantize:bits=2,method=qat"]))
