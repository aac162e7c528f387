"""What each layer is given: columns against unfold and einsum, moments against NumPy, the pass against the model."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from compression import models
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.techniques.shared import columns, layerwise
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.columns import convolution_columns, linear_columns, sample
from compression.techniques.shared.layerwise import Layer, LayerStatistics, layers, outputs, rewrite
from datasets import DATASETS
from tests.made_up import a_card


def images(model: str, count: int = 16) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(0))


def folded(model: str) -> Compressed:
    return fold_batch_norm(Compressed(model_card(model), models.load(model)))


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize(
    ("stride", "padding", "dilation"), [(1, 1, 1), (2, 0, 1), (2, 1, 2), (1, "same", 2)]
)
def test_columns_are_those_of_unfold(groups: int, stride: int, padding, dilation: int) -> None:
    layer = nn.Conv2d(4, 8, 3, stride, padding, dilation, groups)
    x = torch.randn(3, 4, 9, 8)
    amount = 2 if padding == "same" else padding
    oracle = (
        F.unfold(x, 3, dilation, amount, stride)
        .transpose(1, 2)
        .reshape(-1, groups, 9 * 4 // groups)
    )
    assert torch.equal(convolution_columns(layer, x, 0), oracle.transpose(0, 1))


def test_columns_times_weight_are_the_outputs_in_one_dimension() -> None:
    layer = nn.Conv1d(6, 4, 5, 2, padding=2, groups=2)
    x = torch.randn(3, 6, 20)
    product = convolution_columns(layer, x, 0) @ layer.weight.reshape(2, 2, -1).transpose(1, 2)
    oracle = F.conv1d(x, layer.weight, None, 2, 2, 1, 2).transpose(1, 2).reshape(-1, 2, 2)
    assert torch.allclose(product.transpose(0, 1), oracle, atol=1e-5)


def test_a_linear_layer_takes_any_leading_dimensions() -> None:
    x = torch.randn(3, 5, 7)
    assert torch.equal(linear_columns(x, 0), x.reshape(1, 15, 7))


def test_samples_are_spread_evenly_and_depend_on_the_seed() -> None:
    chosen = sample(100_000, 9, seed=1)
    assert len(chosen) == columns.COLUMNS
    assert len(chosen.unique()) == len(chosen)
    counts = torch.histc(chosen.float(), bins=16, min=0, max=100_000)
    assert counts.max() - counts.min() <= 1
    assert torch.equal(chosen, sample(100_000, 9, seed=1))
    assert not torch.equal(chosen, sample(100_000, 9, seed=2))


def test_few_columns_are_all_taken() -> None:
    assert torch.equal(sample(10, 9, seed=1), torch.arange(10))


@pytest.mark.parametrize("model", MODELS)
def test_layers_are_those_with_weights_to_compress(model: str) -> None:
    module = folded(model).module
    assert tuple(layer.name for layer in layers(module)) == weight_names(module)


def test_moments_are_covariances_of_inputs_and_outputs() -> None:
    model = Compressed(a_card(), nn.Sequential(nn.Flatten(), nn.Linear(6, 3)))
    x = torch.randn(50, 2, 3)
    found = layerwise.statistics(model, x)["1.weight"]
    rows, y = x.reshape(50, 6).numpy(), model.module(x).detach().numpy()
    oracle = np.cov(np.hstack([rows, y]).T, bias=True)
    assert np.allclose(found.gram[0], oracle[:6, :6], atol=1e-5)
    assert np.allclose(found.cross[0], oracle[6:, :6], atol=1e-5)
    assert np.allclose(found.moment[0], rows.T @ rows / 50, atol=1e-5)
    assert np.allclose(found.target_mean[0], y.mean(0), atol=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_outputs_are_what_the_layers_compute(model: str) -> None:
    """The last layer's outputs are the model's own."""
    compressed, x = folded(model), images(model)
    last = layers(compressed.module)[-1].name
    with torch.inference_mode():
        logits = compressed.module(x)
    assert torch.allclose(outputs(compressed, x)[last][0], logits, atol=1e-4)


def test_a_gru_shows_the_states_each_step_starts_from() -> None:
    """Against the recurrence written out for single steps."""
    gru = nn.GRU(3, 4, batch_first=True)
    x = torch.randn(2, 5, 3)
    cell = nn.GRUCell(3, 4)
    for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(cell, kind).data = getattr(gru, f"{kind}_l0").data
    state, states = torch.zeros(2, 4), []
    for time in range(5):
        states.append(state)
        state = cell(x[:, time], state)
    oracle = torch.stack(states, 1).reshape(10, 4) @ gru.weight_hh_l0.T + gru.bias_hh_l0
    found = outputs(Compressed(a_card(), nn.Sequential(gru)), x)
    assert torch.allclose(found["0.weight_hh_l0"][0], oracle, atol=1e-5)
    wanted = x.reshape(10, 3) @ gru.weight_ih_l0.T + gru.bias_ih_l0
    assert torch.allclose(found["0.weight_ih_l0"][0], wanted, atol=1e-5)


def test_a_gru_of_two_layers_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="single GRU"):
        layers(nn.Sequential(nn.GRU(3, 4, num_layers=2)))


def test_a_layer_sees_what_rewritten_layers_before_it_hand_on() -> None:
    model = Compressed(a_card(), nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)))
    x = torch.randn(30, 4)
    module, seen = copy.deepcopy(model.module), {}

    def double(layer: Layer, statistics: LayerStatistics) -> None:
        seen[layer.name] = statistics
        assert layer.bias is not None
        layer.replace(2 * layer.matrix, 2 * layer.bias.detach())

    rewrite(module, x, outputs(model, x), double)
    handed_on = 2 * model.module[0](x).detach()
    assert torch.allclose(seen["1.weight"].mean[0], handed_on.mean(0), atol=1e-5)
    target = model.module(x).detach()
    assert torch.allclose(seen["1.weight"].target_mean[0], target.mean(0), atol=1e-5)
    assert torch.equal(module[1].weight, 2 * model.module[1].weight)


def test_results_are_remembered_by_content_and_bounded_in_bytes() -> None:
    table: BoundedCache[str] = BoundedCache(limit_bytes=10)
    for name in "abc":
        table.put(name, name.upper(), size_bytes=4)
    assert [table.get(name) for name in "abc"] == [None, "B", "C"]
    assert table.size_bytes == 8
    table.get("b")
    table.put("d", "D", size_bytes=4)
    assert table.get("c") is None


def test_equal_contents_have_equal_keys() -> None:
    x = torch.randn(4, 3)
    assert content_key([x], 1) == content_key([x.clone()], 1)
    others = (content_key([x + 1], 1), content_key([x.reshape(3, 4)], 1), content_key([x], 2))
    assert content_key([x], 1) not in others


def test_outputs_are_computed_once() -> None:
    compressed, x = folded("digits/mlp"), images("digits/mlp")
    first = outputs(compressed, x)
    again = compressed.with_module(copy.deepcopy(compressed.module))
    assert outputs(again, x.clone()) is first
    assert outputs(compressed, x, seed=1) is not first
