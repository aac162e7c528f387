"""Quantization of a model's weights, layer after layer in one pass, and of its activations.

fold batch norms -> equalize -> for each layer: fit a grid, round the weight, correct the bias -> activations
"""

from __future__ import annotations

import copy
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from compression.encoding.formats import Grid, float_levels
from compression.errors import unknown
from compression.models.compressed import Compressed, fold_batch_norm, require_finite
from compression.techniques.context import StepContext
from compression.techniques.quantization.bias import corrected_bias
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import FLOAT_ACTIVATIONS, LEARNED, Quantize
from compression.techniques.quantization.learned import round_learned
from compression.techniques.shared.layerwise import Layer, LayerStatistics, layers, outputs, rewrite
from compression.techniques.shared.least_squares import damped, refit, ridge_for

ENDS_BITS = 8

HALF = Grid(
    "float",
    float_levels(5, 10),
    np.ones((1, 1), dtype=np.float32),
    stored="one",
    exponent=5,
    mantissa=10,
)


@torch.no_grad()
def quantize(compressed: Compressed, step: Quantize, context: StepContext) -> Compressed:
    """The model with every weight on a grid, as the step asks; what came in is unchanged.

    Batch norms are folded first because the folded weight is the one that is stored and multiplied.
    Weights that are exactly zero stay zero wherever the grid holds a zero.
    """
    folded = fold_batch_norm(compressed)
    require_finite(folded, "no grid can")
    if step.method == "qat":
        from compression.techniques.quantization import qat

        return _rest_in_16_bits(qat.train(compressed, step, context), step)
    if step.equalize == "on":
        from compression.techniques.quantization import equalization

        folded = equalization.equalize(folded)
    images = context.calibration[: step.images]
    bits = layer_bits(folded, step, images, seed=context.seed)
    result = _quantize_weights(folded, step, bits, images, context.seed)
    if step.activations != FLOAT_ACTIVATIONS:
        from compression.techniques.quantization import activations

        result = activations.calibrate(result, step, images)
    return _rest_in_16_bits(result, step)


def layer_bits(
    compressed: Compressed, step: Quantize, images: Tensor, *, seed: int = 0
) -> dict[str, float]:
    """The bits of each weight by its name: the layer's own, those of the ends, or the step's, alike or shared out."""
    found = layers(compressed.module)
    paths = [layer.path for layer in found]
    own = step.bits_by_layer
    for path in own:
        if path not in paths:
            raise unknown("layer", path, dict.fromkeys(paths))
    ends = (paths[0], paths[-1]) if step.ends == "8-bit" and paths else ()
    fixed = {**dict.fromkeys(ends, float(ENDS_BITS)), **own}
    usual = {layer.name: _usual(step) for layer in found if layer.path not in fixed}
    if step.allocation == "error":
        from compression.techniques.quantization import allocation

        usual = allocation.by_error(compressed, step, list(usual), images, seed=seed)
    return {layer.name: usual.get(layer.name, fixed.get(layer.path, 0.0)) for layer in found}


def _usual(step: Quantize) -> float:
    return step.float_bits if step.format == "float" else step.bits


@torch.no_grad()
def _rest_in_16_bits(compressed: Compressed, step: Quantize) -> Compressed:
    """Biases, norms and embeddings in half precision, unless one of them is too large for it.

    In place: the module is this step's own by now.
    """
    if step.rest == "32-bit":
        return compressed
    module = compressed.module
    formats = dict(compressed.formats)
    for name, values in module.named_parameters():
        if name not in formats and values.abs().max() <= HALF.levels[-1]:
            values.copy_(values.half().float())
            formats[name] = HALF
    return compressed.with_module(module, MappingProxyType(formats))


def _quantize_weights(
    folded: Compressed, step: Quantize, bits: dict[str, float], images: Tensor, seed: int
) -> Compressed:
    module = copy.deepcopy(folded.module)
    formats = dict(folded.formats)

    def visit(layer: Layer, statistics: LayerStatistics | None) -> None:
        formats[layer.name] = quantize_layer(layer, step, bits[layer.name], statistics)

    if step.method in LEARNED or step.bias == "corrected":
        rewrite(module, images, outputs(folded, images, seed=seed), visit, seed=seed)
    else:
        for layer in layers(module):
            visit(layer, None)
    return folded.with_module(module, MappingProxyType(formats))


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
    matrix = weight.flatten(0, 1)
    grid, rounded = _round(matrix, layer, step, bits, gram)
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


def _round(
    matrix: Tensor, layer: Layer, step: Quantize, bits: float, gram: Tensor
) -> tuple[Grid, Tensor]:
    """A grid for a weight [rows, inputs], and the weight on it."""
    if step.method == "hqq":
        from compression.techniques.quantization import hqq

        grid = hqq.fit(matrix, step, bits)
    elif step.method in LEARNED:
        grid = make_grid(matrix, step, bits, fit="gram", gram=gram)
    else:
        grid = make_grid(matrix, step, bits, fit="mse" if step.method == "mse" else "absmax")
    kept = may_move(matrix, grid)
    rounded = torch.from_numpy(grid.round((matrix * kept).numpy()))
    if step.method == "adaround":
        from compression.techniques.quantization import adaround

        rounded = adaround.round(matrix, grid, gram) * kept
    elif step.method in LEARNED:
        shape = layer.matrix.shape
        grid, rounded = round_learned(matrix.reshape(shape), gram, grid, kept.reshape(shape))
        rounded = rounded.flatten(0, 1)
    # Once more, so that each value is exactly what its code stands for.
    return grid, torch.from_numpy(grid.round(rounded.numpy()))


def may_move(matrix: Tensor, grid: Grid) -> Tensor:
    """False where a weight is exactly zero and can stay so."""
    holds_zero = torch.from_numpy(grid.round(torch.zeros_like(matrix).numpy())) == 0
    return ~((matrix == 0) & holds_zero)
