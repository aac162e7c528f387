"""What the labels' loss changes by, to first order, when a channel goes: the sum of its weights times their gradients.

Molchanov et al., 2019, arXiv:1906.10771: squared, and averaged over batches of labelled training images.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from compression.models.compressed import Compressed
from compression.techniques.shared.layerwise import layers
from compression.training.data import Training

BATCH = 64

Products = Mapping[str, Tensor]
"""By weight name, for each batch and row the sum of weights, and bias, times gradients: [batches, rows]."""


def products(folded: Compressed, training: Training, images: int, seed: int) -> Products:
    """For so many labelled images, as the seed draws them; the model is left as it was."""
    inputs, labels = training.load().drawn(images, seed)
    every = layers(folded.module)
    values = [value for layer in every for value in (layer.weight, layer.bias) if value is not None]
    before = [value.requires_grad for value in values]
    sums: dict[str, list[Tensor]] = {layer.name: [] for layer in every}
    with torch.enable_grad():
        for value in values:
            value.requires_grad_(True)
        for batch, wanted in zip(inputs.split(BATCH), labels.split(BATCH), strict=True):
            loss = F.cross_entropy(folded.module(batch), wanted)
            slopes = iter(torch.autograd.grad(loss, values))
            for layer in every:
                change = (layer.weight.detach() * next(slopes)).flatten(1).sum(1)
                if layer.bias is not None:
                    change = change + layer.bias.detach() * next(slopes)
                sums[layer.name].append(change)
    for value, needed in zip(values, before, strict=True):
        value.requires_grad_(needed)
    return {name: torch.stack(rows) for name, rows in sums.items()}
