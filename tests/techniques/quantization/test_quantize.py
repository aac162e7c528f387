"""Quantization of whole models: what is rounded, with how many bits, what stays, and what it costs."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from compression import models
from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.prune import prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.post_training import layer_bits
from compression.techniques.quantization.quantize import quantize
from compression.techniques.shared.layerwise import layers
from datasets import DATASETS
from tests.made_up import a_card

RESNET, GRU, DS_CNN = "fashion-mnist/resnet8", "watch/gru", "fashion-mnist/ds-cnn"


def trained(model: str) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def context(model: str, count: int = 32, seed: int = 0) -> StepContext:
    shape = DATASETS[MODELS[model].dataset].input_shape
    inputs = torch.randn(count, *shape, generator=torch.Generator().manual_seed(1))
    return StepContext(inputs, seed)


def weights(compressed: Compressed) -> dict[str, torch.Tensor]:
    module = compressed.module
    return {name: module.get_parameter(name).detach() for name in weight_names(module)}


@torch.inference_mode()
def distance(first: Compressed, second: Compressed, inputs: torch.Tensor) -> float:
    return float((first.module(inputs) - second.module(inputs)).square().mean())


@pytest.mark.parametrize("method", ["nearest", "mse", "gptq", "refit"])
@pytest.mark.parametrize("model", [RESNET, GRU, DS_CNN, "fashion-mnist/vit-tiny", "watch/cnn1d"])
def test_every_weight_lies_on_its_grid(model: str, method: str) -> None:
    result = quantize(trained(model), Quantize(bits=3, method=method), context(model))
    for name, weight in weights(result).items():
        grid = result.formats[name]
        assert isinstance(grid, Grid)
        assert grid.levels.size <= 8
        assert np.array_equal(grid.round(weight.numpy()), weight.numpy())


@pytest.mark.parametrize("model", [RESNET, DS_CNN])
def test_learned_methods_are_closer_to_the_original_than_nearest(model: str) -> None:
    """On inputs that weren't looked at."""
    original, inputs, given = (
        trained(model),
        context(model, 96).calibration[64:],
        context(model, 64),
    )
    nearest, gptq, refit = (
        distance(original, quantize(original, Quantize(bits=3, method=method), given), inputs)
        for method in ("nearest", "gptq", "refit")
    )
    assert nearest > 1.2 * max(gptq, refit)


def test_sixteen_bits_give_the_original_back() -> None:
    original = trained(RESNET)
    result = quantize(original, Quantize(bits=16, rest="32-bit"), context(RESNET))
    inputs = context(RESNET).calibration
    assert distance(original, result, inputs) < 1e-4


def test_nearest_with_biases_kept_needs_no_images() -> None:
    """Against absmax rounding written out for one channel."""
    original = fold_batch_norm(trained(RESNET))
    step = Quantize(bits=4, method="nearest", bias="kept", rest="32-bit")
    result = quantize(original, step, context(RESNET, 0))
    before, after = (c.module.block2.conv1 for c in (original, result))
    row = before.weight[3].detach()
    scale = row.abs().max() / 7
    assert torch.allclose(after.weight[3], (row / scale).round() * scale, atol=2e-3 * float(scale))
    assert torch.equal(after.bias, before.bias)


def test_the_rest_is_stored_in_16_bits() -> None:
    result = quantize(trained(RESNET), Quantize(bits=4), context(RESNET))
    bias = result.module.block2.conv1.bias
    assert torch.equal(bias, bias.half().float())
    assert set(result.formats) == {name for name, _ in result.module.named_parameters()}


@pytest.mark.parametrize("model", [RESNET, GRU, DS_CNN])
def test_corrected_biases_keep_mean_outputs(model: str) -> None:
    """The last layer's mean output over the calibration images is the original's."""
    original, given = trained(model), context(model)
    step = Quantize(bits=3, method="nearest", rest="32-bit")
    after = quantize(original, step, given).module(given.calibration).mean(0)
    kept = quantize(original, step.model_copy(update={"bias": "kept"}), given)
    before = original.module(given.calibration).mean(0)
    assert torch.allclose(after, before, atol=1e-4)
    assert not torch.allclose(kept.module(given.calibration).mean(0), before, atol=1e-2)


def test_the_input_is_untouched_and_equal_seeds_give_equal_models() -> None:
    original, step = trained(GRU), Quantize(bits=2)
    before = copy.deepcopy(original.module.state_dict())
    first, second = (quantize(original, step, context(GRU, seed=5)) for _ in range(2))
    assert all(
        torch.equal(before[key], value) for key, value in original.module.state_dict().items()
    )
    found = second.module.state_dict()
    assert all(torch.equal(found[key], value) for key, value in first.module.state_dict().items())


@pytest.mark.parametrize("model", [RESNET, DS_CNN, GRU])
@pytest.mark.parametrize(
    "knobs", [{"bits": 3}, {"bits": 2, "method": "nearest"}, {"format": "float"}]
)
def test_zeros_of_a_pruned_model_stay(model: str, knobs: dict) -> None:
    pruned = fold_batch_norm(prune(trained(model), Prune(sparsity=0.7), context(model)))
    result = weights(quantize(pruned, Quantize(**knobs), context(model)))
    for name, weight in weights(pruned).items():
        assert (result[name][weight == 0] == 0).all()


def test_the_ends_can_have_eight_bits() -> None:
    found = layer_bits(trained(RESNET), Quantize(bits=2, ends="8-bit"), torch.empty(0))
    assert [name for name, bits in found.items() if bits == 8] == ["conv1.weight", "fc.weight"]
    assert set(found.values()) == {2, 8}


def test_layers_can_have_bits_of_their_own() -> None:
    step = Quantize(bits=4, layers="block1.conv1=2;conv1=8")
    result = quantize(trained(RESNET), step, context(RESNET))
    sizes = {name: grid.levels.size for name, grid in result.formats.items()}
    assert sizes["block1.conv1.weight"] == 4
    assert sizes["conv1.weight"] > 128
    assert sizes["block1.conv2.weight"] in (15, 16)


def test_bits_of_a_gru_count_for_both_its_weights() -> None:
    found = layer_bits(trained(GRU), Quantize(bits=4, layers="gru=8"), torch.empty(0))
    assert found == {"gru.weight_ih_l0": 8, "gru.weight_hh_l0": 8, "fc.weight": 4}


def test_an_unknown_layer_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(UsageError, match="did you mean block1.conv"):
        quantize(trained(RESNET), Quantize(layers="block1.conv9=8"), context(RESNET))
    with pytest.raises(UsageError, match="choose one of gru, fc"):
        quantize(trained(GRU), Quantize(layers="zzz=8"), context(GRU))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(value: float) -> None:
    broken = trained(GRU)
    broken.module.fc.weight.data[0, 0] = value
    with pytest.raises(UsageError, match="fc.weight holds values that are not finite"):
        quantize(broken, Quantize(), context(GRU))


@pytest.mark.parametrize("bits", [1, 1.58, 2, 8])
@pytest.mark.parametrize("images", [1, 2])
def test_one_image_is_enough(images: int, bits: float) -> None:
    result = quantize(trained(DS_CNN), Quantize(bits=bits, images=images), context(DS_CNN))
    assert torch.isfinite(result.module(context(DS_CNN).calibration)).all()


def test_one_image_still_gives_a_good_model() -> None:
    original, given = trained(RESNET), context(RESNET, 64)
    few, none = (
        quantize(original, step, given)
        for step in (Quantize(bits=4, images=1), Quantize(bits=4, method="nearest", bias="kept"))
    )
    assert distance(original, few, given.calibration) < distance(original, none, given.calibration)


def test_zero_and_constant_channels_and_dead_inputs_do_no_harm() -> None:
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3)).eval()
    with torch.no_grad():
        module[0].weight[0] = 0
        module[0].weight[1] = 0.25
        module[0].bias[2] = -100.0
    given = StepContext(torch.randn(8, 2, 4, 4), 0)
    for method in ("nearest", "mse", "gptq", "refit"):
        result = quantize(Compressed(a_card(), module), Quantize(bits=3, method=method), given)
        assert torch.isfinite(result.module(given.calibration)).all()
        assert (result.module[0].weight[0] == 0).all()


def test_layers_without_biases_stay_without() -> None:
    module = nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(), nn.Linear(5, 3, bias=False))
    given = StepContext(torch.randn(40, 6), 0)
    result = quantize(Compressed(a_card(), module), Quantize(bits=4), given)
    assert all(layer.bias is None for layer in layers(result.module))
    assert distance(Compressed(a_card(), module), result, given.calibration) < 0.02


@pytest.mark.parametrize("method", ["hqq", "adaround"])
def test_other_methods_land_on_their_grids_too(method: str) -> None:
    result = quantize(trained(DS_CNN), Quantize(bits=3, method=method), context(DS_CNN))
    for name, weight in weights(result).items():
        grid = result.formats[name]
        assert isinstance(grid, Grid)
        assert np.array_equal(grid.round(weight.numpy()), weight.numpy())
