"""N:M patterns along input channels, counted in numpy: of any weight, of every model, through what follows."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compression import artifact, pipeline
from compression.models.catalogue import MODELS
from compression.models.compressed import Compressed, weight_names
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.pruning import patterns

PATTERNS = ("2:4", "1:4", "4:8")


def most_kept(weight: np.ndarray, of: int) -> int:
    """The most non-zeros in any group of ``of`` input channels, at one place of a kernel, of one output channel."""
    rows = weight.reshape(*weight.shape[:2], -1)
    groups = [rows[:, start : start + of] for start in range(0, rows.shape[1], of)]
    return max(int((group != 0).sum(axis=1).max()) for group in groups)


def worst(compressed: Compressed) -> int:
    module = compressed.module
    every = [module.get_parameter(name).detach().numpy() for name in weight_names(module)]
    return max(most_kept(weight, 4) for weight in every)


shapes = st.tuples(st.integers(1, 4), st.integers(1, 18)).flatmap(
    lambda ends: st.lists(st.integers(1, 3), max_size=2).map(lambda kernel: (*ends, *kernel))
)


@settings(max_examples=60, deadline=None)
@given(shape=shapes, pattern=st.sampled_from(PATTERNS), seed=st.integers(0, 2**32 - 1))
def test_each_group_along_input_channels_keeps_its_best(shape, pattern, seed) -> None:
    scores = np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape) + 1.0
    gone = patterns.outside(torch.from_numpy(scores), pattern).numpy()
    kept, of = patterns.kept_of_each(pattern)
    rows, holes = (np.moveaxis(v, 1, -1).reshape(-1, shape[1]) for v in (scores, gone))
    for row, out in zip(rows, holes, strict=True):
        for start in range(0, shape[1], of):
            group = row[start : start + of]
            best = np.sort(group)[::-1][:kept]
            assert set(group[~out[start : start + of]]) == set(best)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("repair", ["none", "refit"])
def test_every_model_has_the_pattern_before_and_after_repair(model: str, repair: str) -> None:
    recipe = Recipe.build(model, [f"prune:pattern=2:4,images=32,repair={repair}"])
    compressed = pipeline.compress(look_up(model), recipe)
    assert worst(compressed) == 2


@pytest.mark.parametrize(
    "then", ["quantize:bits=4", "quantize:bits=2,method=nearest", "quantize:bits=8,activations=8"]
)
def test_rounding_keeps_the_pattern_and_so_does_the_file(then: str) -> None:
    recipe = Recipe.build("digits/cnn", ["prune:pattern=2:4,images=64", then])
    compressed = pipeline.compress(look_up(recipe.model), recipe)
    assert worst(compressed) == 2
    assert worst(artifact.unpack(artifact.pack(compressed, recipe).data)[0]) == 2


@pytest.mark.parametrize("repair", ["finetune", "distil"])
def test_training_keeps_the_pattern(repair: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    recipe = Recipe.build("digits/cnn", [f"prune:pattern=1:4,repair={repair},epochs=0.5"])
    assert worst(pipeline.compress(look_up(recipe.model), recipe)) == 1


def test_layers_with_hardly_any_input_channels_stay_whole() -> None:
    compressed = pipeline.compress(
        look_up("fashion-mnist/ds-cnn"),
        Recipe.build("fashion-mnist/ds-cnn", ["prune:pattern=2:4,repair=none"]),
    )
    few = [n for n in weight_names(compressed.module) if _weight(compressed, n).shape[1] <= 2]
    assert few
    assert all(bool((_weight(compressed, name) != 0).all()) for name in few)


def _weight(compressed: Compressed, name: str) -> torch.Tensor:
    return compressed.module.get_parameter(name).detach()
