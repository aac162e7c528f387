"""What a network of other widths would hold and compute, without building it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from compression.compressed import Compressed
from compression.techniques.layerwise import Layer, layers
from compression.techniques.pruning.channels.groups import Group

Widths = Mapping[str, int]
"""Channels that stay, by a group's name."""


@dataclass(frozen=True)
class _Costs:
    """One weight: its width without the groups, what each of a group's channels adds, and what that is worth."""

    rows: int
    columns: int
    rows_of: Mapping[str, int]
    columns_of: Mapping[str, int]
    each: int
    """For each row and column: values, or multiplications."""
    each_row: int
    """For each row besides: biases and norms."""

    def at(self, widths: Mapping[str, Any]) -> Any:
        rows = self.rows + sum(n * widths[group] for group, n in self.rows_of.items())
        columns = self.columns + sum(n * widths[group] for group, n in self.columns_of.items())
        return rows * (columns * self.each + self.each_row)


@dataclass(frozen=True)
class Price:
    """Parameters or multiply-accumulates at given widths.

    Multiplications are those of layers; products of activations (attention's) are not counted.
    """

    layers: tuple[_Costs, ...]
    rest: int

    def at(self, widths: Mapping[str, Any]) -> Any:
        """For whole numbers or, of one group, an array of them."""
        return self.rest + sum(layer.at(widths) for layer in self.layers)


def parameters(compressed: Compressed, groups: Sequence[Group]) -> Price:
    """Weights, biases and norms, as they are counted in a trained model."""
    scales = compressed.fold_scales
    found = [
        _costs(layer, groups, layer.weight[0, 0].numel(), _extra(layer, layer.name in scales))
        for layer in layers(compressed.module)
    ]
    full = {group.name: group.size for group in groups}
    total = sum(value.numel() for value in compressed.module.parameters())
    total += sum(scale.numel() for scale in scales.values())
    return Price(tuple(found), total - sum(layer.at(full) for layer in found))


def macs(compressed: Compressed, groups: Sequence[Group], example: Tensor) -> Price:
    """Multiply-accumulates of the layers for one input [1, ...]."""
    seen = positions(compressed.module, example)
    found = [
        _costs(layer, groups, layer.weight[0, 0].numel() * seen[layer.path], 0)
        for layer in layers(compressed.module)
    ]
    return Price(tuple(found), 0)


def _extra(layer: Layer, is_normed: bool) -> int:
    return int(layer.bias is not None) + int(is_normed)


def _costs(layer: Layer, groups: Sequence[Group], each: int, each_row: int) -> _Costs:
    rows_of = {g.name: g.rows[layer.name].shape[1] for g in groups if layer.name in g.rows}
    columns_of = {g.name: g.columns[layer.name].shape[1] for g in groups if layer.name in g.columns}
    sizes = {group.name: group.size for group in groups}
    rows, columns = layer.weight.shape[:2]
    return _Costs(
        rows=rows - sum(n * sizes[name] for name, n in rows_of.items()),
        columns=columns - sum(n * sizes[name] for name, n in columns_of.items()),
        rows_of=rows_of,
        columns_of=columns_of,
        each=each,
        each_row=each_row,
    )


@torch.no_grad()
def positions(module: nn.Module, example: Tensor) -> dict[str, int]:
    """How often each layer's weight is used for one input: pixels, tokens, time steps."""
    found: dict[str, int] = {}

    def look(path: str) -> None:
        def after(layer: nn.Module, given: object, result: Tensor | tuple[Tensor, ...]) -> None:
            values = result[0] if isinstance(result, tuple) else result
            is_convolution = isinstance(layer, (nn.Conv1d, nn.Conv2d))
            found[path] = values.numel() // values.shape[1 if is_convolution else -1]

        hooks.append(module.get_submodule(path).register_forward_hook(after))

    hooks: list[torch.utils.hooks.RemovableHandle] = []
    for path in dict.fromkeys(layer.path for layer in layers(module)):
        look(path)
    try:
        module(example)
    finally:
        for hook in hooks:
            hook.remove()
    return found
