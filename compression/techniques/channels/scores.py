"""The order in which a group's channels go by simpler measures of their importance, the least first."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn

from compression.errors import UsageError
from compression.models.compressed import Compressed, trained_weight
from compression.techniques.channels.groups import Group
from compression.techniques.channels.knobs import Score
from compression.techniques.channels.taylor import Products


def order(
    group: Group,
    folded: Compressed,
    given: Compressed,
    score: Score,
    seed: int,
    products: Products | None = None,
) -> Tensor | None:
    """The channels of a group, the least important first; None for obs, which finds it by elimination.

    ``folded`` is ``given`` without its batch norms. Where several layers put a channel out, each layer's scores
    count relative to their mean. Only taylor needs ``products``.
    """
    if score == "obs":
        return None
    if score == "random":
        digest = hashlib.sha256(f"{seed} {group.name}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        return torch.randperm(group.size, generator=generator)
    return importance(group, folded, given, score, products).argsort(stable=True)


def importance(
    group: Group,
    folded: Compressed,
    given: Compressed,
    score: Score,
    products: Products | None = None,
) -> Tensor:
    """Of each channel of a group by l1, l2, fpgm, bn or taylor: float32 [channels], one on average per layer."""
    if score == "taylor":
        scores = [_first_order(name, places, products) for name, places in group.rows.items()]
    else:
        scores = [
            _scores(name, places, folded, given, score) for name, places in group.rows.items()
        ]
    relative = [values / values.mean().clamp_min(1e-30) for values in scores]
    return torch.stack(relative).sum(0)


def _scores(
    name: str, places: Tensor, folded: Compressed, given: Compressed, score: Score
) -> Tensor:
    """Of each channel of one layer: float32 [channels]."""
    if score == "bn":
        return _norm_scales(name, given)[places].abs().mean(1)
    rows = trained_weight(folded, name).flatten(1)[places].flatten(1)
    if score == "fpgm":
        # He et al., 2019, arXiv:1811.00250: what lies in the middle of the others can be replaced by them.
        return torch.cdist(rows, rows).sum(1)
    # Li et al., 2017, arXiv:1608.08710.
    return rows.abs().sum(1) if score == "l1" else rows.square().sum(1).sqrt()


def _first_order(name: str, places: Tensor, products: Products | None) -> Tensor:
    if products is None:
        raise UsageError(
            "score=taylor ranks by labelled images, and here there are none: choose another score."
        )
    return products[name][:, places].sum(2).square().mean(0)


def _norm_scales(name: str, given: Compressed) -> Tensor:
    """The learned scales of the batch norm behind a layer (Liu et al., 2017, arXiv:1708.06519)."""
    path = name.rpartition(".")[0]
    modules = list(given.module.named_modules())
    paths = [module_path for module_path, _ in modules]
    if path in paths and paths.index(path) + 1 < len(modules):
        behind = modules[paths.index(path) + 1][1]
        if isinstance(behind, (nn.BatchNorm1d, nn.BatchNorm2d)):
            return behind.weight.detach()
    raise UsageError(
        f"score=bn ranks by batch norms, and none stands behind {path}: choose another score, or put "
        "prune-channels before the steps that fold them."
    )
