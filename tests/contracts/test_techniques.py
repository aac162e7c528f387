"""What every technique promises for every model: a new one is tested here the moment it is listed."""

import copy

import pytest
import torch

from compression import artifact, models
from compression.encoding import Grid
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.pipeline import technique
from compression.recipe import Recipe
from compression.techniques import TECHNIQUES
from compression.techniques.context import StepContext
from compression.techniques.step import Step
from compression.training.data import Training, TrainingData
from datasets import DATASETS

GENTLEST = {
    "prune": {"sparsity": 0.0},
    "prune-channels": {"ratio": 0.0},
    "quantize": {"bits": 8},
    "distill": {"student": "previous", "alpha": 1.0, "temperature": 1.0, "epochs": 0.5},
}
"""The knobs that change least; the accuracy on few examples then stays the baseline's within TOLERANCE."""
STRONG = {
    "prune": {"sparsity": 0.9},
    "prune-channels": {"ratio": 0.5},
    "quantize": {"bits": 3},
    "distill": {"student": "cnn-w2", "epochs": 0.5},
}
TOLERANCE = 0.02

NUMBER_FORMATS = {
    "binary": {"bits": 1, "method": "mse"},
    "ternary": {"bits": 1.58},
    "int2 asymmetric in groups": {
        "bits": 2, "scheme": "asymmetric", "group": 16, "method": "nearest"
    },
    "int8 asymmetric": {"bits": 8, "scheme": "asymmetric", "per": "tensor"},
    "int4 with power-of-two scales": {"bits": 4, "scales": "power-of-two", "method": "gptq"},
    "int12": {"bits": 12, "method": "nearest"},
    "E4M3": {"format": "float", "exponent": 4, "mantissa": 3},
    "MX of E2M1": {
        "format": "float", "exponent": 2, "mantissa": 1, "group": 32, "scales": "power-of-two"
    },
    "fp16": {"format": "float", "exponent": 5, "mantissa": 10, "method": "nearest"},
    "bf16": {"format": "float", "exponent": 8, "mantissa": 7, "method": "nearest"},
    "codebook of 4": {"format": "codebook", "bits": 2},
    "mixed": {"bits": 3, "ends": "8-bit", "method": "hqq"},
}  # fmt: skip
"""Of everything that quantization can write, one of each kind."""

PAIRS = [(model, name) for model in MODELS for name in TECHNIQUES]
pairs = pytest.mark.parametrize(("model", "name"), PAIRS)


def inputs(model: str, count: int = 8) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(0))


def step(name: str, knobs: dict) -> Step:
    return TECHNIQUES[name](**knobs[name])


def apply(model: Compressed, asked: Step, seed: int = 0) -> Compressed:
    training = Training(lambda: examples(model)) if asked.needs_labels else None
    context = StepContext(inputs(model.model.id, 32), seed, training)
    return technique(asked)(model, asked, context)


def examples(model: Compressed) -> TrainingData:
    """Too few to learn much from, some of each class; what counts as right is what the model says."""
    classes = len(model.model.data.classes)
    right = logits(model, 300).argmax(1)
    few, many = inputs(model.model.id, 32), inputs(model.model.id, 300)
    return TrainingData(few, torch.arange(32) % classes, many, right)


@pytest.fixture(scope="module")
def trained() -> dict[str, Compressed]:
    return {model: Compressed(model_card(model), models.load(model)) for model in MODELS}


@torch.inference_mode()
def logits(compressed: Compressed, count: int = 8) -> torch.Tensor:
    return compressed.module(inputs(compressed.model.id, count))


def test_every_technique_has_its_settings_here() -> None:
    assert set(GENTLEST) == set(STRONG) == set(TECHNIQUES)


@pairs
def test_the_input_is_untouched(trained, model: str, name: str) -> None:
    given = (trained[model], trained[model].folded)
    before = [copy.deepcopy(each.module.state_dict()) for each in given]
    apply(trained[model], step(name, STRONG))
    after = [each.module.state_dict() for each in given]
    for then, now in zip(before, after, strict=True):
        assert all(torch.equal(then[key], now[key]) for key in then)


@pairs
def test_shapes_are_kept_and_logits_are_finite(trained, model: str, name: str) -> None:
    result = logits(apply(trained[model], step(name, STRONG)))
    assert result.shape == (8, len(DATASETS[MODELS[model].dataset].classes))
    assert torch.isfinite(result).all()


@pairs
def test_equal_seeds_give_equal_models(trained, model: str, name: str) -> None:
    asked = step(name, STRONG)
    first, second = apply(trained[model], asked, seed=3), apply(trained[model], asked, seed=3)
    assert torch.equal(logits(first), logits(second))


@pairs
def test_the_gentlest_setting_is_the_baseline(trained, model: str, name: str) -> None:
    before = logits(trained[model], 500).argmax(1)
    after = logits(apply(trained[model], step(name, GENTLEST)), 500).argmax(1)
    assert (before != after).float().mean() <= TOLERANCE


@pairs
def test_a_strong_setting_changes_the_model(trained, model: str, name: str) -> None:
    assert not torch.equal(
        logits(trained[model]), logits(apply(trained[model], step(name, STRONG)))
    )


@pairs
def test_the_packed_file_reloads_to_the_same_logits(trained, model: str, name: str) -> None:
    asked = step(name, STRONG)
    compressed = fold_batch_norm(apply(trained[model], asked))
    data = artifact.pack(compressed, Recipe(model=model, steps=(asked,))).data
    reloaded, recipe = artifact.unpack(data)
    assert torch.equal(logits(reloaded), logits(compressed))
    assert recipe.steps == (asked,)


@pytest.mark.parametrize("model", ["digits/cnn", "fashion-mnist/ds-cnn", "watch/gru"])
@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_every_number_format_reloads_to_the_same_model(
    trained, model: str, number_format: str
) -> None:
    asked = TECHNIQUES["quantize"](**NUMBER_FORMATS[number_format])
    before = copy.deepcopy(trained[model].module.state_dict())
    compressed = apply(trained[model], asked)
    again = apply(trained[model], asked)
    file = artifact.pack(compressed, Recipe(model=model, steps=(asked,)))
    reloaded, recipe = artifact.unpack(file.data)
    assert recipe.steps == (asked,)
    assert set(weight_names(reloaded.module)) <= set(reloaded.formats) == set(compressed.formats)
    for name, values in compressed.module.state_dict().items():
        assert torch.equal(reloaded.module.state_dict()[name], values)
        assert torch.equal(again.module.state_dict()[name], values)
    assert torch.equal(logits(reloaded), logits(compressed))
    after = trained[model].module.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("order", [("prune", "quantize"), ("quantize", "prune")])
def test_techniques_chain_in_both_orders(trained, model: str, order: tuple[str, str]) -> None:
    steps = tuple(step(name, STRONG) for name in order)
    result = trained[model]
    for asked in steps:
        result = apply(result, asked)
    folded = fold_batch_norm(result)
    weights = [folded.module.get_parameter(name) for name in weight_names(folded.module)]
    zeros = sum(int((w == 0).sum()) for w in weights) / sum(w.numel() for w in weights)
    assert zeros >= 0.9 - 1e-3
    assert all(isinstance(folded.formats[name], Grid) for name in weight_names(folded.module))
    reloaded, _ = artifact.unpack(artifact.pack(folded, Recipe(model=model, steps=steps)).data)
    assert torch.equal(logits(reloaded), logits(folded))


@pytest.mark.parametrize("model", MODELS)
def test_folding_batch_norm_keeps_the_function(trained, model: str) -> None:
    folded = fold_batch_norm(trained[model])
    assert folded.is_folded
    assert torch.allclose(logits(trained[model]), logits(folded), atol=1e-4)
