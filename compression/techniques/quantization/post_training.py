"""Quantization without training: weights layer after layer in one pass, then activations.

equalize -> for each layer: fit a grid, round the weight, correct the bias -> activations
"""

from __future__ import annotations

import copy
from types import MappingProxyType

import torch
from torch import Tensor

from compression.errors import unknown
from compression.models.compressed import Compressed, settled
from compression.techniques.context import StepContext
from compression.techniques.quantization.activations import calibrate
from compression.techniques.quantization.bit_shares import bit_shares
from compression.techniques.quantization.equalization import equalize
from compression.techniques.quantization.knobs import FLOAT_ACTIVATIONS, LEARNED, Quantize
from compression.techniques.quantization.round_layer import quantize_layer
from compression.techniques.shared.half_precision import rest_in_16_bits
from compression.techniques.shared.layerwise import Layer, LayerStatistics, layers, outputs, rewrite

ENDS_BITS = 8


@torch.no_grad()
def quantize_untrained(folded: Compressed, step: Quantize, context: StepContext) -> Compressed:
    """A model without batch norms with every weight on a grid; weights that are exactly zero stay zero."""
    if step.equalize == "on":
        folded = equalize(folded)
    images = context.calibration
    bits = layer_bits(folded, step, images, seed=context.seed)
    result = _quantize_weights(folded, step, bits, images, context.seed)
    if step.activations != FLOAT_ACTIVATIONS:
        result = calibrate(result, step, images)
    made = settled(result, folded)
    return made if step.rest == "32-bit" else rest_in_16_bits(made)


def layer_bits(
    compressed: Compressed, step: Quantize, images: Tensor, *, seed: int = 0
) -> dict[str, float]:
    """The bits of each weight by its name: the layer's own, those of the ends, or the step's, alike or shared out."""
    every = layers(compressed.module)
    paths = [layer.path for layer in every]
    own = step.bits_by_layer
    for path in own:
        if path not in paths:
            raise unknown("layer", path, dict.fromkeys(paths))
    ends = (paths[0], paths[-1]) if step.ends == "8-bit" and paths else ()
    fixed = {**dict.fromkeys(ends, float(ENDS_BITS)), **own}
    usual = {layer.name: _usual(step) for layer in every if layer.path not in fixed}
    if step.allocation == "error":
        usual = bit_shares(compressed, step, list(usual), images, seed=seed)
    return {layer.name: usual.get(layer.name, fixed.get(layer.path, 0.0)) for layer in every}


def _usual(step: Quantize) -> float:
    return step.float_bits if step.format == "float" else step.bits


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
