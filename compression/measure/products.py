"""Multiply-accumulates of a module without exporting it: counted layer by layer while one input runs. Worker side."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from compression.models.compressed import Compressed

_COUNTED = (nn.Conv1d, nn.Conv2d, nn.Linear)
_FREE = (nn.Identity, nn.ReLU, nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool2d, nn.Flatten, nn.Dropout)
"""Layers without products of weights."""


@torch.no_grad()
def products_of(compressed: Compressed) -> int | None:
    """Those of one input, as `graph.read_graph` counts them in the exported file.

    None where a layer multiplies in another way, activations are rounded or the model is cut: export it then.
    """
    module = compressed.module
    leaves = [each for each in module.modules() if not any(each.children())]
    if compressed.activations or compressed.slicing is not None:
        return None
    if not all(isinstance(each, _COUNTED + _FREE) for each in leaves):
        return None
    counted: list[int] = []

    def count(layer: nn.Module, _: object, outputs: Tensor) -> None:
        assert isinstance(layer, _COUNTED)
        counted.append(outputs.numel() * layer.weight[0].numel())

    watched = copy.deepcopy(module).eval()
    for layer in watched.modules():
        if isinstance(layer, _COUNTED):
            layer.register_forward_hook(count)
    watched(torch.zeros(1, *compressed.model.data.input_shape))
    return sum(counted)
