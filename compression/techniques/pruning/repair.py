"""Making up for pruned weights without labels.

refit: the survivors of each layer, layer after layer, by least squares against the original's outputs
bias: only the means of the outputs; batchnorm: means and variances of the norms, measured anew
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from compression.compressed import Compressed, fold_batch_norm
from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.techniques.layerwise import Layer, LayerStatistics, outputs, rewrite
from compression.techniques.least_squares import damped, refit, ridge_for
from compression.techniques.quantization.bias import corrected_bias
from compression.techniques.quantization.gptq import gptq

Masks = Mapping[str, Tensor]
"""By a weight's name, True where it goes."""
BATCH = 128


@torch.no_grad()
def zero(compressed: Compressed, gone: Masks) -> Compressed:
    """No repair: the weights that go are zero, and nothing else has changed."""
    module = copy.deepcopy(compressed.module)
    for name, mask in gone.items():
        module.get_parameter(name).masked_fill_(mask, 0.0)
    return compressed.with_module(module)


@torch.no_grad()
def measure_norms(compressed: Compressed, gone: Masks, images: Tensor) -> Compressed:
    """Zeroed, with every batch norm's mean and variance taken from what the images now give.

    UsageError for a model that has none, or none left once folded.
    """
    if compressed.is_folded:
        raise UsageError(
            f"{compressed.model} has no batch norms here to measure anew: choose another repair."
        )
    result = zero(compressed, gone)
    norms = [m for m in result.module.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for norm in norms:
        norm.reset_running_stats()
        norm.train()
        norm.momentum = None  # a plain average over all batches
    for start in range(0, len(images), BATCH):
        result.module(images[start : start + BATCH])
    for norm, before in zip(norms, _momenta(compressed.module), strict=True):
        norm.momentum = before
        norm.eval()
    return result


@torch.no_grad()
def rewrite_layers(
    compressed: Compressed, gone: Masks, images: Tensor, *, seed: int, weights_too: bool
) -> Compressed:
    """Zeroed and folded, layer after layer brought back to the original's outputs.

    A weight stored on a grid is rounded onto the same grid again, its errors made up for by one another
    (GPTQ), and so is a bias.
    """
    folded = fold_batch_norm(compressed)
    result = zero(folded, gone)
    biases = {id(p): name for name, p in result.module.named_parameters()}

    def visit(layer: Layer, seen: LayerStatistics) -> None:
        weight = layer.matrix
        if weights_too:
            weight = _refitted(layer, seen, folded.formats.get(layer.name))
        bias = None
        if layer.bias is not None:
            bias = corrected_bias(weight, seen)
            bias = _on_grid(bias, folded.formats.get(biases[id(layer.bias)]))
        layer.replace(weight, bias)

    rewrite(result.module, images, outputs(folded, images, seed=seed), visit, seed=seed)
    return result


def _refitted(layer: Layer, seen: LayerStatistics, number_format: object) -> Tensor:
    weight = layer.matrix
    # Where the bias follows, only what varies is left for the weight to get right.
    gram, cross = (seen.gram, seen.cross) if layer.bias is not None else _moments(seen)
    ridge = ridge_for(gram, seen.count)
    fitted = refit(weight, gram, cross, ridge=ridge)
    if isinstance(number_format, Grid):
        fitted = gptq(fitted, damped(gram, ridge).float(), number_format, weight != 0)
        exact = number_format.round(fitted.flatten(0, 1).numpy())
        fitted = torch.from_numpy(exact).reshape(weight.shape) * (weight != 0)
    return fitted


def _moments(seen: LayerStatistics) -> tuple[Tensor, Tensor]:
    return seen.moment, seen.cross_moment


def _on_grid(values: Tensor, number_format: object) -> Tensor:
    if not isinstance(number_format, Grid):
        return values
    return torch.from_numpy(number_format.round(values.numpy()))


def _momenta(module: nn.Module) -> list[float | None]:
    return [m.momentum for m in module.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
