"""Sparsity where least is lost: each layer's output error at each sparsity, from its Gram matrix alone.

The errors, relative to the layers' output variances, add up nearly enough (as in Dong et al., 2019,
arXiv:1911.03852): one price per weight for all layers decides how many each of them loses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from torch import Tensor

from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.pruning.allocation import smallest
from compression.techniques.pruning.scores import Given, Scores
from compression.techniques.shared.layerwise import LayerStatistics, layers
from compression.techniques.shared.remembered import Remembered, content_key

LEVELS = (0.0, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.98, 0.99)
"""Sparsities at which a layer's error is looked at; straight lines between them."""
Corner = tuple[float, float]
Curve = Sequence[Corner]
"""A layer's sparsities, ascending from the zeros it has already, and the error at each."""
_CURVES: Remembered[Mapping[str, Curve]] = Remembered(2**20)


def shares(compressed: Compressed, scores: Scores, given: Given) -> dict[str, float]:
    """The sparsity of each layer with which all together have the step's."""
    curves = _curves(compressed, scores, given)
    sizes = {name: score.numel() for name, score in scores.items()}
    return spread(curves, sizes, given.step.sparsity)


def _curves(compressed: Compressed, scores: Scores, given: Given) -> Mapping[str, Curve]:
    """Each layer's errors, found once per weights, scores, images and seed: for all sparsities."""
    found = {layer.name: layer for layer in layers(fold_batch_norm(compressed).module)}
    contents = [*(layer.weight for layer in found.values()), *scores.values(), given.images]
    key = content_key(contents, compressed.model, given.context.seed, tuple(scores))
    if (known := _CURVES.get(key)) is not None:
        return known
    seen = given.statistics
    curves: dict[str, Curve] = {}
    for name, score in scores.items():
        weight = found[name].matrix
        zeros = float((weight == 0).float().mean())
        levels = [zeros, *(level for level in LEVELS if level > zeros)]
        curves[name] = [(level, error(weight, score, level, seen[name])) for level in levels]
    return _CURVES.put(key, curves, 64 * sum(len(curve) for curve in curves.values()))


def error(weight: Tensor, score: Tensor, level: float, seen: LayerStatistics) -> float:
    """The share of a layer's output variance that goes wrong when ``level`` of its weights go."""
    (gone,) = smallest([score], level)
    missing = weight * gone.reshape(weight.shape)
    lost = ((missing @ seen.gram) * missing).sum()
    variance = (seen.targets - seen.target_mean.unsqueeze(1)).square().mean(1).sum()
    return float(lost / variance) if variance > 0 else 0.0


def spread(curves: Mapping[str, Curve], sizes: Mapping[str, int], share: float) -> dict[str, float]:
    """The sparsities of least total error, none below where its curve begins.

    Of each curve only its lower convex hull counts, so that its pieces, taken cheapest first, come in order.
    """
    pieces = sorted(
        (slope, name, start, end)
        for name, curve in curves.items()
        for slope, start, end in _hull(curve, sizes[name])
    )
    found = {name: curve[0][0] for name, curve in curves.items()}
    left = share * sum(sizes.values()) - sum(found[name] * sizes[name] for name in sizes)
    for _, name, start, end in pieces:
        if left <= 0:
            break
        taken = min(1.0, left / ((end - start) * sizes[name]))
        found[name] += taken * (end - start)
        left -= taken * (end - start) * sizes[name]
    return found


def _hull(curve: Curve, size: int) -> list[tuple[float, float, float]]:
    """The pieces of a curve's lower convex hull: error per weight, from this level, to this one."""
    corners: list[Corner] = []
    for corner in curve:
        while len(corners) > 1 and _turns_down(corners[-2], corners[-1], corner):
            corners.pop()
        corners.append(corner)
    return [((b[1] - a[1]) / ((b[0] - a[0]) * size), a[0], b[0]) for a, b in pairwise(corners)]


def _turns_down(a: Corner, b: Corner, c: Corner) -> bool:
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])
