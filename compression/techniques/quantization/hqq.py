"""HQQ, half-quadratic quantization: zero points from the weight alone, in a few rounds.

Badri and Shaji, 2023, mobiusml.github.io/hqq_blog. The scale spans all weights; the zero point, a fraction,
minimises ``sum |w - q|^p`` with p < 1, which lets a few weights be wrong for the sake of the many: an error's
outlying part is taken out by shrinkage, and the zero point is the mean of what is left. Errors are
counted in rounding steps, so that the same settings suit every layer.
"""

from __future__ import annotations

import torch
from torch import Tensor

from compression.encoding.formats import Grid
from compression.techniques.quantization import grids
from compression.techniques.quantization.fitting import Cells, Levels, Scaling
from compression.techniques.quantization.knobs import Quantize

P = 0.7
BETA = 10.0
"""How sure the shrinkage is at first; it grows by GROWTH each round."""
GROWTH = 1.01
ROUNDS = 20
MANY_ZEROS = 0.02
"""From this share of exact zeros on (after pruning), zero points are whole, so that zero has a code. With two levels
that would make zeros of half of the others: there zeros are stored beside the grid."""


@torch.no_grad()
def fit(weight: Tensor, step: Quantize, bits: float) -> Grid:
    """The grid for a weight [rows, ...]; whole numbers get zero points, whatever the step's scheme.

    For floats, which have none, the scale takes its place in the rounds. A codebook has neither and comes
    from k-means.
    """
    if step.format == "codebook":
        return grids.make_grid(weight, step, bits, fit="mse")
    if step.format == "int":
        step = step.model_copy(update={"scheme": "asymmetric"})
    has_zeros = bool((weight == 0).float().mean() >= MANY_ZEROS)

    def fitted(cells: Cells, levels: Levels) -> Scaling:
        is_whole = has_zeros and len(levels) > 2
        start = grids.fit_scaling(cells, levels, step, bits, "absmax")
        return _improved(cells, levels, step, start, is_whole=is_whole)

    return grids.fit_grid(weight, step, bits, fitted, is_full=True)


def _improved(
    cells: Cells, levels: Levels, step: Quantize, start: Scaling, *, is_whole: bool
) -> Scaling:
    """The best of all rounds for each cell."""
    scaling = best = _storable(start, levels, is_whole=is_whole)
    least, beta = torch.full_like(start.scale, torch.inf), BETA
    for _ in range(ROUNDS):
        chosen = scaling.levels_of(cells, levels)
        wanted = cells.values / scaling.scale[..., None]
        error = wanted - chosen
        magnitude = error.abs()
        powers = magnitude.pow(P)
        loss = cells.total((powers * cells.importance).sum(2)) * scaling.scale.pow(P)
        best, least = scaling.where(loss < least, best), torch.minimum(loss, least)
        shrunk = (magnitude - powers / magnitude.clamp_min(1e-12) / beta).clamp_min(0)
        scaling = _next(cells, scaling, chosen, wanted - shrunk.copysign(error), step)
        scaling = _storable(scaling, levels, is_whole=is_whole)
        beta *= GROWTH
    return best


def _next(
    cells: Cells, scaling: Scaling, chosen: Tensor, wanted: Tensor, step: Quantize
) -> Scaling:
    """Least squares for the zero point, or without one for the scale; all in rounding steps."""
    if scaling.zero is not None:
        return Scaling(scaling.scale, scaling.zero + cells.mean(chosen - wanted))
    if step.scales == "power-of-two":
        return scaling
    factor = cells.mean(chosen * wanted) / cells.mean(chosen * chosen)
    return Scaling(torch.where(factor > 0, factor, torch.ones_like(factor)) * scaling.scale)


def _storable(scaling: Scaling, levels: Levels, *, is_whole: bool) -> Scaling:
    """Zero points as they will be written: whole, or halves of single precision up to 8 bits."""
    if scaling.zero is None:
        return scaling
    if is_whole:
        return Scaling(scaling.scale, scaling.zero.round().clamp(levels.low, levels.high))
    is_small = len(levels) <= 256
    return Scaling(scaling.scale, scaling.zero.half().float() if is_small else scaling.zero)
