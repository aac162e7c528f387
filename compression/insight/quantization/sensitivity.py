"""Which layer minds: accuracy with this layer alone rounded, and with all but this one."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.errors import unknown
from compression.insight.quantization.before_and_after import BeforeAfter, pair
from compression.insight.quantization.one_layer import rounded_alone
from compression.models.answers import answers_of
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.quantization.post_training import layer_bits
from compression.techniques.shared.layerwise import layers

EXAMPLES = 1000
"""Of the validation split, never of the test set; an interval of about two points of accuracy."""


def sensitivity(subject: Subject, recipe: Recipe, layer: str) -> dict[str, Any]:
    """Accuracy, and mean KL divergence [nats] of the outputs from the model's before, in 32-bit activations.

    ``layer`` is a layer's path; the empty one stands for none: no layer rounded, and all of them.
    """
    both = pair(subject, recipe)
    paths = {each.path: None for each in both.layers}
    if layer and layer not in paths:
        raise unknown("layer", layer, paths)
    split = subject.data.validation.stratified(EXAMPLES)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    before = _logits(both.before.module, inputs)
    if not layer:
        alone, rest = before, _logits(both.after.module, inputs)
    else:
        images, seed = both.calibration, both.recipe.seed
        bits = layer_bits(both.before, both.step, images, seed=seed)
        rounded = rounded_alone(both.before, both.step, bits, images, seed=seed, paths=[layer])
        alone = _logits(rounded.module, inputs)
        rest = _logits(_all_but(both, layer), inputs)
    return {
        "layer": layer,
        "layers": list(paths),
        "examples": len(labels),
        "quality_alone": _accuracy(alone, labels),
        "quality_rest": _accuracy(rest, labels),
        "kl_alone": _divergence(before, alone),
        "kl_rest": _divergence(before, rest),
    }


@torch.no_grad()
def _all_but(both: BeforeAfter, path: str) -> nn.Module:
    module = copy.deepcopy(both.after.module)
    originals = {layer.name: layer for layer in both.layers}
    for layer in layers(module):
        if layer.path == path:
            original = originals[layer.name]
            layer.replace(original.weight, original.bias)
    return module


@torch.no_grad()
def _logits(module: nn.Module, inputs: Tensor) -> Tensor:
    return torch.cat([module(part) for part in inputs.split(250)])


def _accuracy(logits: Tensor, labels: Tensor) -> float:
    return float((answers_of(logits) == labels).float().mean())


def _divergence(before: Tensor, after: Tensor) -> float:
    return float(
        F.kl_div(
            after.log_softmax(1), before.log_softmax(1), log_target=True, reduction="batchmean"
        )
    )
