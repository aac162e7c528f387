"""How wide each layer of a model is, and giving it another width: a model whose channels were removed.

Kernels and everything else stay as the architecture has them, so two numbers a layer tell all shapes. Worker side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn

from compression.models import untrained
from compression.models.catalogue import ModelCard
from compression.models.compressed import Compressed, weight_names

Shapes = tuple[tuple[int, int], ...]
"""Rows and columns of each weight, the first two axes, in the order of `weight_names`."""


def shapes_of(module: nn.Module) -> Shapes:
    """The rows and columns of all weights."""
    shapes = [module.get_parameter(name).shape for name in weight_names(module)]
    return tuple((shape[0], shape[1]) for shape in shapes)


def changed_shapes(compressed: Compressed) -> Shapes:
    """The shapes of a model whose channels were removed; none where they are those of its architecture."""
    shapes = shapes_of(compressed.module)
    return () if shapes == full_shapes(compressed.model, compressed.student) else shapes


@cache
def full_shapes(card: ModelCard, student: str) -> Shapes:
    """Those of the architecture itself."""
    with torch.device("meta"):
        return shapes_of(untrained(card, student))


@torch.no_grad()
def resize(module: nn.Module, shapes: Sequence[tuple[int, int]]) -> None:
    """Give the layers of ``module``, in place, these shapes; the values of those that change are zeros."""
    for name, shape in zip(weight_names(module), shapes, strict=True):
        path, _, weight = name.rpartition(".")
        layer = module.get_submodule(path)
        old = layer.get_parameter(weight)
        if tuple(old.shape[:2]) == shape:
            continue
        setattr(layer, weight, _zeros(old, *shape, *old.shape[2:]))
        bias = weight.replace("weight", "bias")
        if isinstance(values := getattr(layer, bias, None), Tensor):
            setattr(layer, bias, _zeros(values, shape[0]))
        _tell(layer, weight, *shape)


def _zeros(old: Tensor, *shape: int) -> nn.Parameter:
    return nn.Parameter(torch.zeros(shape, dtype=old.dtype), requires_grad=old.requires_grad)


def _tell(layer: nn.Module, weight: str, rows: int, columns: int) -> None:
    """A layer's own account of its width."""
    if isinstance(layer, nn.Linear):
        layer.out_features, layer.in_features = rows, columns
    elif isinstance(layer, (nn.Conv1d, nn.Conv2d)):
        if layer.groups > 1:
            layer.groups = rows * layer.groups // layer.out_channels
        layer.out_channels, layer.in_channels = rows, columns * layer.groups
    elif isinstance(layer, nn.GRU):
        layer.hidden_size = rows // 3
        if weight.startswith("weight_ih"):
            layer.input_size = columns
