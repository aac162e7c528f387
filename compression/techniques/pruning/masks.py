"""Masks of the weights that go: the smallest scores of all layers together, or of each layer its own share.

No layer ever loses all of its weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from compression.errors import UsageError
from compression.techniques.pruning.scores import Scores

Masks = Mapping[str, Tensor]
"""By a weight's name, True where it goes."""

FLOOR = 0.3
"""What a ranking of all layers leaves each of them when they are refitted, as a share of what all keep on average.

Without it the last convolution of ResNet-8 keeps 0.8 % of its weights where all keep 10 %. On training
images outside calibration 92.2 % of the answers then are the original's; 90.5 % without.
"""


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


def globally(scores: Scores, share: float, *, floor: float = 0.0) -> dict[str, Tensor]:
    """One ranking of all layers' weights: exactly ``round(share * total)`` of them go.

    Out of it are each layer's best: at least one, and ``floor`` times the share that is kept of all.
    """
    protected = [_protected(score, floor * (1 - share)) for score in scores.values()]
    return dict(zip(scores, smallest(protected, share), strict=True))


def by_layer(scores: Scores, shares: Mapping[str, float]) -> dict[str, Tensor]:
    """Each layer's own share of its smallest scores; UsageError where that would be all of them."""
    gone = {}
    for name, score in scores.items():
        require_some_left(name, score.numel(), shares[name])
        (gone[name],) = smallest([score], shares[name])
    return gone


def require_some_left(name: str, size: int, share: float) -> None:
    """UsageError where this share is all of a layer's weights."""
    if round(share * size) == size:
        raise UsageError(
            f"A sparsity of {share:g} leaves {name} none of its {size} weights: "
            "ask for less, or for less of this layer alone with layers=."
        )


def _protected(score: Tensor, share: float) -> Tensor:
    flat = score.flatten().clone()
    count = max(1, int(share * flat.numel()))
    if count == 1:  # as stable sorting would, without it
        flat[(flat == flat.max()).nonzero()[0]] = torch.inf
    else:
        flat[flat.argsort(descending=True, stable=True)[:count]] = torch.inf
    return flat.reshape(score.shape)
