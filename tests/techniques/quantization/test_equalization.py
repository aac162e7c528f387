"""Equalization: the same function with evener weights, and no pair that isn't one."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from compression import models
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, trained_weight
from compression.techniques.quantization.equalization import (
    AdjacentLayers,
    adjacent_layers,
    equalize,
)
from datasets import DATASETS
from tests.made_up import a_card

COUNTS = {
    "fashion-mnist/mlp": 2, "fashion-mnist/lenet5": 4, "fashion-mnist/ds-cnn": 9, "fashion-mnist/resnet8": 3,
    "fashion-mnist/vit-tiny": 0, "digits/mlp": 1, "digits/cnn": 2, "watch/cnn1d": 3, "watch/gru": 0,
}  # fmt: skip


def compressed(module: nn.Module) -> Compressed:
    return Compressed(a_card(), module.eval())


@pytest.mark.parametrize("model", MODELS)
def test_the_function_stays_the_same(model):
    original = Compressed(model_card(model), models.load(model))
    before = {name: value.clone() for name, value in original.module.state_dict().items()}
    equal = equalize(original)
    x = torch.randn(
        16, *DATASETS[MODELS[model].dataset].input_shape, generator=torch.Generator().manual_seed(0)
    )
    with torch.no_grad():
        wanted, got = original.module(x), equal.module(x)
    assert torch.allclose(wanted, got, rtol=1e-4, atol=1e-4 * float(wanted.abs().max()))
    assert all(
        torch.equal(before[name], value) for name, value in original.module.state_dict().items()
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_pair_of_our_models_is_found(model):
    folded = fold_batch_norm(Compressed(model_card(model), models.load(model)))
    if model in COUNTS:
        assert len(adjacent_layers(folded.module)) == COUNTS[model]


def test_residual_blocks_pair_only_within():
    folded = fold_batch_norm(Compressed(a_card(), models.load("fashion-mnist/resnet8")))
    assert adjacent_layers(folded.module) == tuple(
        AdjacentLayers(f"block{number}.conv1", f"block{number}.conv2") for number in (1, 2, 3)
    )


def test_both_layers_get_the_same_range_in_each_channel():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))
    with torch.no_grad():
        module[0].weight.mul_(torch.logspace(-1.5, 1.5, 8)[:, None])
    product = module[0].weight.abs().amax(1) * module[2].weight.abs().amax(0)
    even = equalize(compressed(module)).module
    assert torch.allclose(even[0].weight.abs().amax(1), product.sqrt(), rtol=1e-4)
    assert torch.allclose(even[2].weight.abs().amax(0), product.sqrt(), rtol=1e-4)


def test_dead_channels_are_left_alone():
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Conv2d(4, 3, 3))
    with torch.no_grad():
        module[0].weight[1] = 0
        module[2].weight[:, 2] = 0
    even = equalize(compressed(module)).module
    assert all(torch.isfinite(value).all() for value in even.parameters())
    assert torch.equal(even[0].weight[2], module[0].weight[2])


def test_the_trained_weight_of_a_folded_layer_can_still_be_told():
    original = Compressed(a_card(), models.load("fashion-mnist/resnet8"))
    name = "block1.conv1.weight"
    trained = original.module.get_parameter(name)
    assert torch.allclose(trained_weight(equalize(original), name), trained, rtol=1e-3, atol=1e-5)


class Between(nn.Module):
    """Two layers, and any function of them."""

    def __init__(self, function, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second, self.function = first, second, function

    def forward(self, inputs):
        return self.function(self, inputs)


def linear() -> tuple[nn.Module, nn.Module]:
    return nn.Linear(6, 6), nn.Linear(6, 6)


def conv() -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(4, 2, 3)


NOT_PAIRS = {
    "gelu": (lambda m, x: m.second(F.gelu(m.first(x))), linear()),
    "relu6": (lambda m, x: m.second(F.relu6(m.first(x))), linear()),
    "sum": (lambda m, x: m.second(m.first(x) + x), linear()),
    "two readers": (lambda m, x: m.second(h := m.first(x)) + h, linear()),
    "both an output": (lambda m, x: ((h := m.first(x)), m.second(h)), linear()),
    "called twice": (lambda m, x: m.second(m.first(m.first(x))), linear()),
    "second called twice": (lambda m, x: m.second(m.second(m.first(x))), linear()),
    "weight read aside": (lambda m, x: m.second(m.first(x)) * m.first.weight.sum(), linear()),
    "other features": (lambda m, x: m.second(m.first(x).transpose(1, 2)), linear()),
    "softmax over channels": (lambda m, x: m.second(m.first(x).softmax(1)), conv()),
    "mean over channels": (lambda m, x: m.second(m.first(x).mean(1, keepdim=True).expand(-1, 4, -1, -1)), conv()),
    "norm": (lambda m, x: m.second(F.layer_norm(m.first(x), (6,))), linear()),
    "last axis of an image": (lambda m, x: m.second(m.first(x)), (nn.Conv2d(2, 6, 3, padding=1), nn.Linear(6, 3))),
    "flattened with the batch": (lambda m, x: m.second(m.first(x).flatten(0)), (nn.Conv2d(2, 6, 3), nn.Linear(6, 3))),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_PAIRS)
def test_what_is_no_pair_is_left_alone(case):
    function, layers = NOT_PAIRS[case]
    module = Between(function, *layers)
    assert adjacent_layers(module) == ()
    even = equalize(compressed(module)).module
    assert all(
        torch.equal(a, b) for a, b in zip(even.parameters(), module.parameters(), strict=True)
    )


def test_tied_weights_are_left_alone():
    module = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 6))
    assert adjacent_layers(module) == (AdjacentLayers("0", "2"),)
    module[4].weight = module[2].weight
    assert adjacent_layers(module) == ()


def test_a_forward_pass_that_depends_on_its_inputs_is_left_alone():
    module = Between(lambda m, x: m.second(m.first(x)) if x.sum() > 0 else m.first(x), *linear())
    assert adjacent_layers(module) == ()


@pytest.mark.parametrize(
    ("function", "layers", "shape"),
    [
        (lambda m, x: m.second(F.max_pool2d(torch.relu(m.first(x)), 2)), conv(), (2, 8, 8)),
        (lambda m, x: m.second(m.first(x).relu().flatten(1)), (nn.Conv2d(2, 4, 3), nn.Linear(144, 3)), (2, 8, 8)),
        (lambda m, x: m.second(m.first(x).mean((2, 3))), (nn.Conv2d(2, 4, 3), nn.Linear(4, 3)), (2, 8, 8)),
        (lambda m, x: m.second(m.first(x).mean(2)), (nn.Conv1d(2, 4, 3), nn.Linear(4, 3)), (2, 8)),
        (lambda m, x: m.second(F.relu(m.first(x))), linear(), (5, 6)),
        (lambda m, x: m.second(F.relu(m.first(x))),
         (nn.Conv2d(2, 8, 1), nn.Conv2d(8, 12, 3, groups=4)), (2, 8, 8)),
    ],
)  # fmt: skip
def test_pairs_with_something_between_compute_the_same(function, layers, shape):
    module = Between(function, *copy.deepcopy(layers))
    with torch.no_grad():
        module.first.weight.mul_(
            torch.logspace(-1, 1, len(module.first.weight)).reshape(
                -1, *[1] * (module.first.weight.ndim - 1)
            )
        )
    assert adjacent_layers(module) == (AdjacentLayers("first", "second"),)
    even = equalize(compressed(module)).module
    x = torch.randn(4, *shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.allclose(module(x), even(x), rtol=1e-4, atol=1e-5)
    assert not torch.equal(even.first.weight, module.first.weight)
