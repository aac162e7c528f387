"""Global magnitude pruning: the smallest weights of the whole model become zero.

Han et al., 2015, arXiv:1506.02626; one threshold for all layers as in Lee et al., 2021, arXiv:2010.07611.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from compression.compressed import Compressed, StepContext, trained_weight, weight_names
from compression.techniques.pruning.knobs import Prune


@torch.no_grad()
def prune(compressed: Compressed, step: Prune, context: StepContext) -> Compressed:
    """Zero the smallest ``sparsity`` share of all weights.

    Magnitudes are those of the trained weights, before batch-norm folding: folding rescales channels
    and would rank them by their batch norm instead (measured: 12 % instead of 85 % accuracy at 70 %).
    """
    names = weight_names(compressed.module)
    magnitudes = [trained_weight(compressed, name).abs() for name in names]
    masks = smallest(magnitudes, step.sparsity)
    module = copy.deepcopy(compressed.module)
    for name, mask in zip(names, masks, strict=True):
        module.get_parameter(name).masked_fill_(mask, 0.0)
    return compressed.with_module(module)


def smallest(scores: list[Tensor], share: float) -> list[Tensor]:
    """Masks of the ``share`` smallest scores over all tensors together; ties go in order, so that
    exactly ``round(share * total)`` are chosen even where many scores are equal (as after rounding)."""
    flat = torch.cat([score.flatten() for score in scores])
    count = round(share * flat.numel())
    if count == 0:
        return [torch.zeros_like(score, dtype=torch.bool) for score in scores]
    threshold = torch.kthvalue(flat, count).values
    chosen = flat < threshold
    ties = torch.nonzero(flat == threshold).flatten()
    chosen[ties[: count - int(chosen.sum())]] = True
    parts = torch.split(chosen, [score.numel() for score in scores])
    return [part.reshape(score.shape) for part, score in zip(parts, scores, strict=True)]
