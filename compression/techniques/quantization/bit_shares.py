"""Bits shared out among layers: more where rounding changes a layer's outputs most, without labels.

Each layer's error at a few bits comes from its Gram matrix alone: no forward pass is needed beyond the one that
made it, and on ResNet-8's validation images shares by the answers' divergence were no better.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from compression.models.compressed import Compressed
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import LEARNED, TRAINED, Quantize
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.budget import share_out_coarsely
from compression.techniques.shared.cost_table import AdditiveCost, CostRow, CostTable
from compression.techniques.shared.gptq import gptq
from compression.techniques.shared.layerwise import Layer, LayerStatistics, layers, statistics
from compression.techniques.shared.least_squares import damped, ridge_for
from compression.techniques.shared.moments import power

CHOICES = (1, 1.58, 2, 3, 4, 6, 8, 12, 16)
MEASURED = (1, 1.58, 2, 3)
"""Beyond these each bit quarters the error."""

_ROWS: BoundedCache[tuple[CostRow, ...]] = BoundedCache(2**20)


def bit_shares(
    compressed: Compressed, step: Quantize, names: Sequence[str], images: Tensor, *, seed: int
) -> dict[str, float]:
    """The bits of these weights of a folded model, whose mean over all their values is at most the step's.

    A layer whose inputs never vary has no error to remove and gets the fewest bits.
    """
    rows = [row for row in _rows(compressed, step, images, seed) if row.name in names]
    corners = {row.name: [(bits, row.size * bits / 8) for bits in CHOICES] for row in rows}
    budget = step.bits / 8 * sum(row.size for row in rows)
    table = CostTable(tuple(rows), {"bytes": AdditiveCost(0, corners)})
    return share_out_coarsely(table, "bytes", budget)


@torch.no_grad()
def _rows(compressed: Compressed, step: Quantize, images: Tensor, seed: int) -> tuple[CostRow, ...]:
    """Each weight's output error at each of `CHOICES`, for all budgets at once."""
    alike = step.moved(bits=Quantize().bits, layers="", ends="same")
    key = content_key(
        [*compressed.module.state_dict().values(), images],
        compressed.model,
        alike.model_dump_json(),
        seed,
    )
    if (known := _ROWS.get(key)) is not None:
        return known
    moments = statistics(compressed, images, seed=seed)
    rows = tuple(
        CostRow(
            layer.name,
            layer.weight.numel(),
            CHOICES[::-1],
            _errors(layer, moments[layer.name], step)[::-1],
        )
        for layer in layers(compressed.module)
    )
    return _ROWS.put(key, rows, 16 * len(CHOICES) * len(rows))


def _errors(layer: Layer, moments: LayerStatistics, step: Quantize) -> tuple[float, ...]:
    follows = step.bias == "corrected" and layer.bias is not None
    gram = moments.gram if follows else moments.moment
    whole = max(power(layer.matrix, gram), 1e-30)
    system = damped(gram, ridge_for(gram, moments.count)).float()
    measured = [
        power(_rounded(layer.matrix, system, step, bits) - layer.matrix, gram) / whole
        for bits in MEASURED
    ]
    last = MEASURED[-1]
    more = [measured[-1] / 4 ** (bits - last) for bits in CHOICES[len(MEASURED) :]]
    return (*measured, *more)


def _rounded(weight: Tensor, gram: Tensor, step: Quantize, bits: float) -> Tensor:
    """The weight [groups, rows, d] as the step's method would round it, or a quicker one of its kind."""
    matrix = weight.flatten(0, 1)
    if step.method in (*LEARNED, *TRAINED):
        grid = make_grid(matrix, step, bits, fit="gram", gram=gram)
        return gptq(weight, gram, grid, weight != 0)
    grid = make_grid(matrix, step, bits, fit="absmax" if step.method == "nearest" else "mse")
    return torch.from_numpy(grid.round(matrix.numpy())).reshape(weight.shape)
