"""One layer rounded: a grid fitted to its weight, the weight put on it, the bias corrected."""

from __future__ import annotations

import torch
from torch import Tensor

from compression.encoding.formats import Grid
from compression.techniques.quantization import adaround, hqq
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import LEARNED, Quantize
from compression.techniques.quantization.learned import round_learned
from compression.techniques.shared.bias import corrected_bias
from compression.techniques.shared.layerwise import Layer, LayerStatistics
from compression.techniques.shared.least_squares import damped, refit, ridge_for


def quantize_layer(
    layer: Layer, step: Quantize, bits: float, statistics: LayerStatistics | None
) -> Grid:
    """Round one layer in place; its grid."""
    is_corrected = step.bias == "corrected" and layer.bias is not None
    weight = layer.matrix
    gram = torch.empty(0)
    if statistics is not None and step.method in LEARNED:
        # Where the bias follows, only what varies is left for the weight to get right.
        gram = statistics.gram if is_corrected else statistics.moment
        cross = statistics.cross if is_corrected else _without_bias(layer, statistics)
        ridge = ridge_for(gram, statistics.count)
        if step.method == "refit":
            weight = refit(weight, gram, cross, ridge=ridge)
        gram = damped(gram, ridge).float()
    grid, rounded = _round(weight, step, bits, gram)
    bias = None
    if is_corrected and statistics is not None:
        bias = corrected_bias(rounded.reshape(weight.shape), statistics)
    layer.replace(rounded, bias)
    return grid


def _without_bias(layer: Layer, statistics: LayerStatistics) -> Tensor:
    """E[(y - b) x^T]: what the weight alone has to put out while the bias stays."""
    bias = 0.0 if layer.bias is None else layer.bias.detach().reshape(layer.groups, -1)
    wanted = statistics.target_mean - bias
    return statistics.cross + wanted.unsqueeze(2) * statistics.mean.unsqueeze(1)


def _round(weight: Tensor, step: Quantize, bits: float, gram: Tensor) -> tuple[Grid, Tensor]:
    """A grid for a weight [groups, rows, inputs], and the weight [groups x rows, inputs] on it."""
    matrix = weight.flatten(0, 1)
    if step.method == "hqq":
        grid = hqq.fit(matrix, step, bits)
    elif step.method in LEARNED:
        grid = make_grid(matrix, step, bits, fit="gram", gram=gram)
    else:
        grid = make_grid(matrix, step, bits, fit="mse" if step.method == "mse" else "absmax")
    if step.method == "adaround":
        rounded = adaround.round(matrix, grid, gram)
    elif step.method in LEARNED:
        grid, learned = round_learned(weight, gram, grid, weight != 0)
        rounded = learned.flatten(0, 1)
    else:
        rounded = torch.from_numpy(grid.round(matrix.numpy()))
    # Once more, so that each value is exactly what its code stands for.
    return grid, torch.from_numpy(grid.round(rounded.numpy()))
