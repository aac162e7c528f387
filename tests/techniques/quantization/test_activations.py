"""Ranges of activations by four methods, and a module that rounds the inputs of its layers."""

import numpy as np
import pytest
import torch
from torch import nn

from compression.encoding.ranges import choose_range
from compression.models import build
from compression.models.catalogue import model_card
from compression.models.compressed import ActivationFormat, Compressed
from compression.models.rounded_activations import round_activation, rounding
from compression.techniques.context import StepContext
from compression.techniques.quantization.activations import calibrate, layer_paths
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.quantize import quantize
from tests.made_up import a_card

METHODS = ("minmax", "percentile", "mse", "entropy")
every_method = pytest.mark.parametrize("method", METHODS)


def heavy_tails(count: int = 20_000) -> np.ndarray:
    return np.random.default_rng(0).standard_t(3, count).astype(np.float32)


def rounded(values: np.ndarray, number_format: ActivationFormat) -> np.ndarray:
    """By the textbook: code = round(x / s) + z, clipped to 0..L - 1 (Jacob et al., 2017, arXiv:1712.05877)."""
    scale, zero = number_format.scale, number_format.zero_point
    codes = np.clip(np.round(values / scale) + zero, 0, 2**number_format.bits - 1)
    return (codes - zero) * scale


def error(values: np.ndarray, bits: int, ends: tuple[float, float]) -> float:
    return float(np.mean((values - rounded(values, ActivationFormat(bits, *ends))) ** 2))


@pytest.mark.parametrize("bits", [2, 3, 4, 6, 8, 16])
@pytest.mark.parametrize("ends", [(0, 6), (-1, 3), (-0.1, 0.7), (0.5, 2), (-4, -1)])
def test_zero_is_one_of_the_values(bits, ends):
    number_format = ActivationFormat(bits, *ends)
    values = round_activation(torch.linspace(-10, 10, 4001), number_format)
    assert 0.0 in values
    assert len(values.unique()) <= 2**bits
    assert 0 <= number_format.zero_point < 2**bits


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_rounding_is_the_textbooks(bits):
    number_format = ActivationFormat(bits, -1.3, 2.9)
    found = round_activation(torch.from_numpy(heavy_tails()), number_format)
    assert np.allclose(found.numpy(), rounded(heavy_tails(), number_format), atol=1e-6)


def test_minmax_reaches_both_ends():
    assert choose_range(np.float32([[-2, 1], [3, 0]]), bits=8, method="minmax") == (-2.0, 3.0)


def test_percentile_is_numpys():
    values = heavy_tails()
    found = choose_range(values, bits=8, method="percentile")
    assert np.allclose(found, np.percentile(values, [0.01, 99.99]), rtol=1e-6)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_least_error_is_as_good_as_a_search_over_the_values_themselves(bits):
    values = heavy_tails()
    low, high = float(values.min()), float(values.max())
    shares = np.geomspace(1, 0.01, 60)
    best = min(error(values, bits, (low * a, high * b)) for a in shares for b in shares)
    assert error(values, bits, choose_range(values, bits=bits, method="mse")) < 1.1 * best


@pytest.mark.parametrize("method", ["mse", "entropy"])
def test_rare_large_values_are_clipped_at_few_bits(method):
    low, high = choose_range(np.abs(heavy_tails()), bits=4, method=method)
    assert low == 0
    assert high < 0.7 * np.abs(heavy_tails()).max()


def test_entropy_keeps_all_of_an_even_spread():
    values = np.random.default_rng(0).uniform(0, 1, 20_000).astype(np.float32)
    assert choose_range(values, bits=4, method="entropy")[1] > 0.95


@every_method
def test_a_dead_activation_stays_zero(method):
    ends = choose_range(np.zeros((4, 5), np.float32), bits=4, method=method)
    assert ends == (0.0, 0.0)
    assert not round_activation(torch.zeros(3), ActivationFormat(4, *ends)).any()


@every_method
def test_a_constant_is_met_exactly(method):
    ends = choose_range(np.full(100, 0.7, np.float32), bits=4, method=method)
    found = round_activation(torch.tensor([0.7]), ActivationFormat(4, *ends))
    assert found.item() == pytest.approx(0.7, rel=0.05)


@every_method
def test_what_is_not_finite_is_left_out(method):
    values = np.append(heavy_tails(), [np.nan, np.inf, -np.inf]).astype(np.float32)
    assert np.isfinite(choose_range(values, bits=4, method=method)).all()
    nothing = np.full(5, np.nan, np.float32)
    assert choose_range(nothing, bits=4, method=method) == (0.0, 0.0)


def test_nan_stays_nan():
    assert round_activation(torch.tensor([torch.nan]), ActivationFormat(4, 0, 1)).isnan().all()


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="not 'guess'"):
        choose_range(heavy_tails(), bits=4, method="guess")


@pytest.mark.parametrize("model_id", ["fashion-mnist/resnet8", "watch/gru"])
def test_each_layer_gets_the_range_of_its_own_input(model_id):
    compressed, images = (
        Compressed(model_card(model_id), build(model_id).eval()),
        torch.randn(16, 6, 128),
    )
    if model_id == "fashion-mnist/resnet8":
        images = torch.randn(16, 1, 28, 28)
    step = Quantize(activations=8, calibration="minmax")
    formats = calibrate(compressed, step, images).activations
    assert tuple(formats) == layer_paths(compressed.module)
    first = formats[next(iter(formats))]
    assert (first.low, first.high) == (images.min().item(), images.max().item())
    assert {number_format.bits for number_format in formats.values()} == {8}


def test_only_as_many_images_are_looked_at_as_asked():
    images = torch.cat([torch.rand(4, 8), torch.full((4, 8), 9.0)])
    compressed = Compressed(a_card(), nn.Sequential(nn.Linear(8, 2)))
    step = Quantize(activations=8, calibration="minmax", images=4)
    quantized = quantize(compressed, step, StepContext(images, seed=0))
    assert quantized.activations["0"].high < 1


def test_the_module_computes_with_rounded_inputs_and_is_left_as_it_was():
    module = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2)).eval()
    compressed, inputs = Compressed(a_card(), module), torch.randn(64, 8)
    before = module(inputs)
    calibrated = calibrate(compressed, Quantize(activations=3), inputs)
    formats = calibrated.activations
    hidden = torch.relu(module[0](round_activation(inputs, formats["0"])))
    expected = module[2](round_activation(hidden, formats["2"]))
    assert torch.allclose(rounding(calibrated)(inputs), expected)
    assert torch.equal(module(inputs), before)
    assert not compressed.activations


def test_32_bits_round_nothing():
    compressed = Compressed(a_card(), nn.Sequential(nn.Linear(8, 2)))
    assert rounding(calibrate(compressed, Quantize(), torch.randn(4, 8))) is compressed.module


def test_gradients_pass_rounded_values_and_stop_at_clipped_ones():
    values = torch.tensor([-1.0, 0.3, 5.0], requires_grad=True)
    round_activation(values, ActivationFormat(4, 0.0, 1.0)).sum().backward()
    assert values.grad.tolist() == [0.0, 1.0, 0.0]
