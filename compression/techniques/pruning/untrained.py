"""Pruning without training: score the weights, zero those that go, repair the others."""

from __future__ import annotations

from dataclasses import replace

import torch

from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.context import StepContext
from compression.techniques.pruning import repair
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.removal import removed
from compression.techniques.pruning.schedule import stages
from compression.techniques.pruning.scores import Given
from compression.techniques.shared.layerwise import outputs


@torch.no_grad()
def prune_untrained(compressed: Compressed, step: Prune, context: StepContext) -> Compressed:
    """The model with zeros where the step asks for them, repaired as it asks."""
    given = Given(compressed, step, context)
    if step.removes_nothing:
        return compressed
    if step.repair == "none":
        return repair.zero(compressed, removed(compressed, given))
    if step.repair == "batchnorm":
        return repair.measure_norms(compressed, removed(compressed, given), given.images)
    result = fold_batch_norm(compressed)
    targets = outputs(result, given.images, seed=context.seed)
    for stage in stages(step):
        gone = removed(result, replace(given, step=stage))
        result = repair.rewrite_layers(result, gone, targets, stage, context)
    return result
