"""What is special when pruning meets quantization: zeros stay zeros, and every weight has a grid."""

from __future__ import annotations

import pytest
import torch

from compression import artifact, models
from compression.encoding import Grid
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.recipe import Recipe
from tests.applied import apply, logits, strongest


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
