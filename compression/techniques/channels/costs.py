"""What a network of other widths would hold and compute, without building it."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from compression.models.compressed import Compressed
from compression.techniques.channels.groups import Group
from compression.techniques.channels.price import LayerPrice, Price
from compression.techniques.shared.layerwise import Layer, layers
from compression.techniques.shared.positions import positions


def parameters(compressed: Compressed, groups: Sequence[Group]) -> Price:
    """Weights, biases and norms, as they are counted in a trained model."""
    scales = compressed.fold_scales
    prices = [
        _costs(layer, groups, layer.weight[0, 0].numel(), _extra(layer, layer.name in scales))
        for layer in layers(compressed.module)
    ]
    full = {group.name: group.size for group in groups}
    total = sum(value.numel() for value in compressed.module.parameters())
    total += sum(scale.numel() for scale in scales.values())
    return Price(tuple(prices), total - sum(layer.at(full) for layer in prices), "parameters")


def macs(compressed: Compressed, groups: Sequence[Group], example: Tensor) -> Price:
    """Multiply-accumulates of the layers for one input [1, ...]."""
    seen = positions(compressed.module, example)
    prices = [
        _costs(layer, groups, layer.weight[0, 0].numel() * seen[layer.path], 0)
        for layer in layers(compressed.module)
    ]
    return Price(tuple(prices), 0, "multiply-adds")


def _extra(layer: Layer, is_normed: bool) -> int:
    return int(layer.bias is not None) + int(is_normed)


def _costs(layer: Layer, groups: Sequence[Group], each: int, each_row: int) -> LayerPrice:
    rows_of = {g.name: g.rows[layer.name].shape[1] for g in groups if layer.name in g.rows}
    columns_of = {g.name: g.columns[layer.name].shape[1] for g in groups if layer.name in g.columns}
    sizes = {group.name: group.size for group in groups}
    rows, columns = layer.weight.shape[:2]
    return LayerPrice(
        rows=rows - sum(n * sizes[name] for name, n in rows_of.items()),
        columns=columns - sum(n * sizes[name] for name, n in columns_of.items()),
        rows_of=rows_of,
        columns_of=columns_of,
        each=each,
        each_row=each_row,
    )
