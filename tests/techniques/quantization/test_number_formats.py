"""Of everything that quantization can write, one of each kind: what a packed file gives back is the same model."""

from __future__ import annotations

import copy

import pytest
import torch

from compression import artifact, models
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, weight_names
from compression.recipe import Recipe
from compression.techniques.quantization.knobs import Quantize
from tests.applied import apply, logits

SOME = ("digits/cnn", "fashion-mnist/ds-cnn", "watch/gru")
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


@pytest.fixture(scope="module")
def trained() -> dict[str, Compressed]:
    return {model: Compressed(model_card(model), models.load(model)) for model in SOME}


@pytest.mark.parametrize("model", SOME)
@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_every_number_format_reloads_to_the_same_model(
    trained, model: str, number_format: str
) -> None:
    asked = Quantize(**NUMBER_FORMATS[number_format])
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
