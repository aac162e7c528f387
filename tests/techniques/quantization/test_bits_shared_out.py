"""Bits shared out among layers by their error: the mean is kept, and the answers are nearer than with equal bits."""

import copy

import pytest
import torch

from compression.errors import UsageError
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.quantization.bit_shares import CHOICES
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.post_training import layer_bits
from compression.techniques.quantization.quantize import quantize
from compression.techniques.shared.layerwise import layers

RESNET, GRU = "fashion-mnist/resnet8", "watch/gru"


def folded(model: str) -> Compressed:
    return fold_batch_norm(look_up(model).original)


def images(model: str, count: int = 64) -> torch.Tensor:
    return look_up(model).calibration_for(0, count)


def mean_bits(compressed: Compressed, bits: dict[str, float]) -> float:
    sizes = {layer.name: layer.weight.numel() for layer in layers(compressed.module)}
    return sum(bits[name] * size for name, size in sizes.items()) / sum(sizes.values())


@pytest.mark.parametrize("method", ["refit", "nearest"])
@pytest.mark.parametrize("bits", [1, 1.58, 2, 3, 8, 16])
@pytest.mark.parametrize("model", [RESNET, GRU])
def test_the_mean_over_all_weights_is_at_most_what_was_asked(
    model: str, bits: float, method: str
) -> None:
    step = Quantize(bits=bits, allocation="error", method=method)
    found = layer_bits(folded(model), step, images(model))
    assert set(found.values()) <= set(CHOICES)
    assert bits - 0.9 < mean_bits(folded(model), found) <= bits + 1e-6


def test_shared_out_bits_answer_more_like_the_original_than_equal_ones() -> None:
    """On images that weren't looked at, in no more bytes."""
    given = StepContext(images(RESNET, 256), seed=0)
    unseen = torch.from_numpy(look_up(RESNET).data.validation.inputs[:1000])
    with torch.no_grad():
        wanted = folded(RESNET).module(unseen).log_softmax(1)
        lost = []
        for allocation in ("same", "error"):
            made = quantize(folded(RESNET), Quantize(bits=2, allocation=allocation), given)
            told = made.module(unseen).log_softmax(1)
            lost.append(float((wanted.exp() * (wanted - told)).sum(1).mean()))
    assert lost[1] < 0.7 * lost[0]


def test_layers_with_bits_of_their_own_keep_them_and_the_others_share_theirs() -> None:
    step = Quantize(bits=2, allocation="error", ends="8-bit", layers="block1.conv1=3")
    found = layer_bits(folded(RESNET), step, images(RESNET))
    assert (found["conv1.weight"], found["fc.weight"], found["block1.conv1.weight"]) == (8, 8, 3)
    rest = {
        n: b
        for n, b in found.items()
        if n.split(".weight")[0] not in ("conv1", "fc", "block1.conv1")
    }
    sizes = {layer.name: layer.weight.numel() for layer in layers(folded(RESNET).module)}
    assert sum(b * sizes[n] for n, b in rest.items()) <= 2 * sum(sizes[n] for n in rest)
    assert len(set(rest.values())) > 1


def test_equal_images_and_seed_give_equal_bits() -> None:
    step = Quantize(bits=2, allocation="error")
    first = layer_bits(folded(RESNET), step, images(RESNET))
    assert first == layer_bits(folded(RESNET), step.model_copy(), images(RESNET))


def test_a_layer_whose_inputs_are_always_zero_gets_the_fewest_bits() -> None:
    """Its Gram matrix is singular, and nothing it computes can be wrong."""
    model, step = "fashion-mnist/lenet5", Quantize(bits=4, allocation="error")
    module = copy.deepcopy(folded(model).module)
    first, second, *_ = layers(module)
    first.replace(torch.zeros_like(first.weight), -torch.ones(6))
    dead = folded(model).with_module(module)
    assert layer_bits(folded(model), step, images(model))[second.name] > 1
    assert layer_bits(dead, step, images(model))[second.name] == 1
    result = quantize(dead, step, StepContext(images(model), 0))
    assert all(bool(value.isfinite().all()) for value in result.module.state_dict().values())


def test_only_whole_numbers_share_bits_out() -> None:
    with pytest.raises(UsageError, match="allocation only counts with format=int: leave it out"):
        Recipe.build(RESNET, ["quantize:format=codebook,allocation=error"])


def test_the_words_say_that_bits_are_a_mean() -> None:
    assert Quantize(bits=2, allocation="error").describe() == "mixed bits, 2 on average"
