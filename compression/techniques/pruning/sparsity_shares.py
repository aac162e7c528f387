"""Sparsity where least is lost: each layer's output error at each sparsity, from its Gram matrix alone.

The errors, relative to the layers' output variances, add up nearly enough: one price per weight for all layers
decides how many each of them loses.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.pruning.masks import smallest
from compression.techniques.pruning.scores import Given, Scores
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.budget import share_out_between
from compression.techniques.shared.cost_table import AdditiveCost, CostRow, CostTable
from compression.techniques.shared.layerwise import LayerStatistics, layers

LEVELS = (0.0, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.98, 0.99)
"""Sparsities at which a layer's error is looked at; straight lines between them."""
_TABLES: BoundedCache[CostTable] = BoundedCache(2**20)


def sparsity_shares(compressed: Compressed, scores: Scores, given: Given) -> dict[str, float]:
    """The sparsity of each layer with which all together have the step's, none below the zeros it has already."""
    table = _table(compressed, scores, given)
    weights = sum(row.size for row in table.rows)
    return share_out_between(table, "weights", (1 - given.step.sparsity) * weights)


def weights_table(
    errors: Mapping[str, Mapping[float, float]], sizes: Mapping[str, int]
) -> CostTable:
    """How many weights layers of these sizes have at each sparsity, and what error: ascending from where they are."""
    rows = (
        CostRow(name, sizes[name], tuple(by_level), tuple(by_level.values()))
        for name, by_level in errors.items()
    )
    lines = {name: ((0.0, float(size)), (1.0, 0.0)) for name, size in sizes.items()}
    return CostTable(tuple(rows), {"weights": AdditiveCost(0, lines)})


def output_error(weight: Tensor, score: Tensor, level: float, seen: LayerStatistics) -> float:
    """The share of a layer's output variance that goes wrong when ``level`` of its weights go."""
    (gone,) = smallest([score], level)
    missing = weight * gone.reshape(weight.shape)
    lost = ((missing @ seen.gram) * missing).sum()
    variance = (seen.targets - seen.target_mean.unsqueeze(1)).square().mean(1).sum()
    return float(lost / variance) if variance > 0 else 0.0


def _table(compressed: Compressed, scores: Scores, given: Given) -> CostTable:
    """Made once per weights, scores, images and seed: for all sparsities."""
    by_name = {layer.name: layer for layer in layers(fold_batch_norm(compressed).module)}
    contents = [*(layer.weight for layer in by_name.values()), *scores.values(), given.images]
    key = content_key(contents, compressed.model, given.context.seed, tuple(scores))
    if (known := _TABLES.get(key)) is not None:
        return known
    seen = given.statistics
    errors: dict[str, dict[float, float]] = {}
    for name, score in scores.items():
        weight = by_name[name].matrix
        zeros = float((weight == 0).float().mean())
        levels = [zeros, *(level for level in LEVELS if level > zeros)]
        errors[name] = {level: output_error(weight, score, level, seen[name]) for level in levels}
    table = weights_table(errors, {name: score.numel() for name, score in scores.items()})
    return _TABLES.put(key, table, 64 * sum(len(levels) for levels in errors.values()))
