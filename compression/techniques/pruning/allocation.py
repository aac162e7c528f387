"""How a sparsity is shared out among layers: by one ranking, alike, or where least is lost.

Whatever the allocation, exactly the asked number of weights goes, and no layer loses all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from compression.errors import UsageError
from compression.techniques.pruning.scores import Scores

FLOOR = 0.01
"""Share of a layer's weights that a ranking of all layers together leaves it, and at least one."""


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


def globally(scores: Scores, share: float) -> dict[str, Tensor]:
    """One ranking of all layers' weights; each layer's best ``FLOOR`` are out of it."""
    protected = [_protected(score) for score in scores.values()]
    return dict(zip(scores, smallest(protected, share), strict=True))


def by_layer(scores: Scores, shares: Mapping[str, float]) -> dict[str, Tensor]:
    """Each layer's own share of its smallest scores; UsageError where that would be all of them."""
    found = {}
    for name, score in scores.items():
        (found[name],) = smallest([score], shares[name])
        if bool(found[name].all()):
            raise UsageError(
                f"A sparsity of {shares[name]:g} leaves {name} none of its {score.numel()} weights: "
                "ask for less, or give that layer its own sparsity with layers=."
            )
    return found


def _protected(score: Tensor) -> Tensor:
    flat = score.flatten().clone()
    count = max(1, int(FLOOR * flat.numel()))
    flat[flat.argsort(descending=True, stable=True)[:count]] = torch.inf
    return flat.reshape(score.shape)
