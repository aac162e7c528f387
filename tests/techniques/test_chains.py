"""What is special when pruning meets quantization: zeros stay zeros, and every weight has a grid."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
import pytest
import torch

from compression import artifact, models
from compression.encoding import Grid
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, settled, weight_names
from compression.recipe import Recipe, parse_step
from tests.applied import apply, logits, strongest

MLP = "digits/mlp"
METHODS = ("nearest", "mse", "hqq", "adaround", "gptq", "refit")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("order", [("prune", "quantize"), ("quantize", "prune")])
def test_zeros_and_grids_survive_in_both_orders(model: str, order: tuple[str, str]) -> None:
    steps = tuple(strongest(name) for name in order)
    result = Compressed(model_card(model), models.load(model))
    for asked in steps:
        result = apply(result, asked)
    folded = fold_batch_norm(result)
    weights = [folded.module.get_parameter(name) for name in weight_names(folded.module)]
    zeros = sum(int((w == 0).sum()) for w in weights) / sum(w.numel() for w in weights)
    assert zeros >= 0.9 - 1e-3
    assert all(isinstance(folded.formats[name], Grid) for name in weight_names(folded.module))
    reloaded, _ = artifact.unpack(artifact.pack(folded, Recipe(model=model, steps=steps)).data)
    assert torch.equal(logits(reloaded), logits(folded))


PRUNED = "prune:sparsity=0.8,repair=none"
ROUNDINGS = [
    *(f"bits={bits},method={method}" for bits in (1, 1.58, 2) for method in METHODS),
    *(f"bits={bits},scheme=asymmetric" for bits in (1, 2, 8)),
    *(f"bits=1,{more}" for more in ("group=16", "scales=power-of-two", "per=tensor", "ends=8-bit")),
    "bits=1,scheme=asymmetric,group=16,method=mse",
    "bits=4,layers=fc1=1",
    "bits=2,allocation=error",
    "format=codebook,bits=1",
    "format=codebook,bits=1.58,method=nearest",
    "format=float,exponent=1,mantissa=0",
    "bits=1,method=qat,epochs=0.1",
]


def zeros(compressed: Compressed) -> torch.Tensor:
    module = compressed.module
    return torch.cat([module.get_parameter(n).flatten() == 0 for n in weight_names(module)])


@cache
def pruned() -> Compressed:
    return apply(Compressed(model_card(MLP), models.load(MLP)), parse_step(PRUNED))


@pytest.mark.parametrize("knobs", ROUNDINGS)
def test_pruned_weights_stay_zeros_in_every_grid_and_the_file(knobs: str) -> None:
    before = pruned()
    after = apply(before, parse_step(f"quantize:{knobs}"))
    assert not after.module.get_parameter("fc1.weight")[before.module.fc1.weight == 0].any()
    assert zeros(after)[zeros(before)].all()
    reloaded, _ = artifact.unpack(artifact.pack(after, Recipe(model=MLP)).data)
    assert torch.equal(zeros(reloaded), zeros(after))


def test_a_binary_scale_is_that_of_the_weights_that_are_left() -> None:
    """Rastegari et al., 2016: the mean magnitude, here of the survivors of each channel."""
    weight = pruned().module.fc1.weight.detach()
    (grid,) = {apply(pruned(), parse_step("quantize:bits=1,method=nearest")).formats["fc1.weight"]}
    left = (weight != 0).sum(1)
    wanted = weight.abs().sum(1)[left > 0] / left[left > 0]
    assert np.allclose(grid.scale[left > 0, 0], wanted, rtol=2e-3)


@pytest.mark.parametrize(
    "steps",
    [
        ("quantize:bits=8", "quantize:bits=4"),
        ("quantize:bits=4", "quantize:bits=4"),
        ("quantize:bits=8,activations=8", PRUNED, "quantize:bits=2"),
        ("quantize:bits=4", "quantize:bits=4,rest=32-bit"),
        ("quantize:bits=8", "quantize:bits=4,equalize=on", PRUNED, PRUNED),
        ("quantize:bits=3,group=16", "quantize:bits=2,method=qat,epochs=0.1"),
    ],
    ids=" ".join,
)
def test_what_is_rounded_again_can_be_packed(steps: tuple[str, ...]) -> None:
    result = Compressed(model_card(MLP), models.load(MLP))
    for step in steps:
        result = apply(result, parse_step(step))
    assert all(isinstance(result.formats[name], Grid) for name in weight_names(result.module))
    reloaded, _ = artifact.unpack(artifact.pack(result, Recipe.build(MLP, steps)).data)
    assert torch.equal(logits(reloaded), logits(result))


def test_a_step_that_changes_weights_need_not_know_of_formats() -> None:
    """Such as the toy's: what it takes over and no longer holds is dropped for it, the rest stays."""
    given = apply(Compressed(model_card(MLP), models.load(MLP)), parse_step("quantize:bits=4"))
    module = copy.deepcopy(given.module)
    module.fc1.weight.data += 0.001
    kept = settled(given.with_module(module), given)
    assert set(given.formats) - set(kept.formats) == {"fc1.weight"}
    assert torch.equal(
        logits(artifact.unpack(artifact.pack(kept, Recipe(model=MLP)).data)[0]), logits(kept)
    )


def test_a_format_of_a_steps_own_that_does_not_hold_is_not_dropped_in_silence() -> None:
    given = Compressed(model_card(MLP), models.load(MLP))
    grid = apply(given, parse_step("quantize:bits=4")).formats["fc1.weight"]
    wrong = settled(given.with_module(given.module, {"fc1.weight": grid}), given)
    with pytest.raises(ValueError, match="fc1.weight can't be packed"):
        artifact.pack(wrong, Recipe(model=MLP))
