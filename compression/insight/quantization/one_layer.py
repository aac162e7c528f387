"""One layer rounded while all others stay as they are, and what that does to its own outputs."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from compression.models.compressed import Compressed
from compression.techniques.quantization.knobs import LEARNED, TRAINED, Quantize
from compression.techniques.quantization.round_layer import quantize_layer
from compression.techniques.shared.layerwise import LayerStatistics, layers, statistics
from compression.techniques.shared.moments import power

FAST = "gptq"
"""Stands in for the methods that learn: given the original's own inputs, refit is the same, and slower
ones end within a few percent of its error."""


@torch.no_grad()
def rounded_alone(
    before: Compressed,
    step: Quantize,
    bits: Mapping[str, float],
    images: Tensor,
    *,
    seed: int,
    paths: Collection[str] | None = None,
) -> Compressed:
    """Each layer (of ``paths``, or all) rounded as if it were the only one, ``bits`` by weight name."""
    moments = statistics(before, images, seed=seed)
    quick = (
        step.model_copy(update={"method": FAST}) if step.method in (*LEARNED, *TRAINED) else step
    )
    module, formats = copy.deepcopy(before.module), dict(before.formats)
    for layer in layers(module):
        if paths is None or layer.path in paths:
            formats[layer.name] = quantize_layer(
                layer, quick, bits[layer.name], moments[layer.name]
            )
    return before.with_module(module, formats)


@torch.no_grad()
def output_errors(
    before: nn.Module, after: nn.Module, seen: Mapping[str, LayerStatistics]
) -> dict[str, float]:
    """By weight name, E|y' - y|^2 over the variance of y: each layer's outputs for the original's inputs."""
    errors = {}
    for old, new in zip(layers(before), layers(after), strict=True):
        moments = seen[old.name]
        change = new.matrix - old.matrix
        shift = (change @ moments.mean.unsqueeze(2)).squeeze(2)
        if old.bias is not None and new.bias is not None:
            shift = shift + (new.bias - old.bias).reshape(shift.shape)
        noise = power(change, moments.gram) + float(shift.square().sum())
        errors[old.name] = noise / max(power(old.matrix, moments.gram), 1e-30)
    return errors
