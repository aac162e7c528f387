"""Channels taken out of a model: every tensor that they touch becomes smaller. What is left keeps its values."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from compression.encoding.formats import Grid, NumberFormat
from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.models.shapes import resize
from compression.techniques.channels.groups import Group
from compression.techniques.shared.layerwise import layers


@dataclass(frozen=True, eq=False)
class KeptChannels:
    """The rows and columns of one weight that stay, ascending."""

    rows: Tensor
    columns: Tensor


def kept(
    compressed: Compressed, groups: Sequence[Group], stay: Mapping[str, Tensor]
) -> dict[str, KeptChannels]:
    """By weight name, what stays where of each group (by its name) the channels ``stay`` do."""
    kept_of: dict[str, KeptChannels] = {}
    for layer in layers(compressed.module):
        rows, columns = (torch.ones(n, dtype=torch.bool) for n in layer.weight.shape[:2])
        for group in groups:
            gone = torch.ones(group.size, dtype=torch.bool)
            gone[stay[group.name]] = False
            for mask, places in ((rows, group.rows), (columns, group.columns)):
                if layer.name in places:
                    mask[places[layer.name][gone].flatten()] = False
        kept_of[layer.name] = KeptChannels(rows.nonzero().flatten(), columns.nonzero().flatten())
    return kept_of


@torch.no_grad()
def remove(compressed: Compressed, stay: Mapping[str, KeptChannels]) -> Compressed:
    """The model with only those rows and columns of its weights; batch norms must be folded.

    Number formats go along: a scale per output channel stays with its channel. A scale for a group of inputs
    can't where some of them go: UsageError.
    """
    module = copy.deepcopy(compressed.module)
    resize(module, [(len(one.rows), len(one.columns)) for one in stay.values()])
    formats, scales = dict(compressed.formats), dict(compressed.fold_scales)
    for old, new in zip(layers(compressed.module), layers(module), strict=True):
        here = stay[old.name]
        new.weight.copy_(old.weight[here.rows][:, here.columns])
        if old.name in formats:
            formats[old.name] = _sliced(formats[old.name], old.name, old.weight.shape, here)
        if old.name in scales:
            scales[old.name] = scales[old.name][here.rows]
        if old.bias is not None and new.bias is not None:
            new.bias.copy_(old.bias[here.rows])
            name = bias_name(old.name)
            if name in formats:
                formats[name] = _sliced(formats[name], name, old.bias.shape, here)
    return replace(
        compressed,
        module=module,
        formats=MappingProxyType(formats),
        fold_scales=MappingProxyType(scales),
    )


def bias_name(weight: str) -> str:
    """The name of the bias that belongs to a weight."""
    path, separator, name = weight.rpartition(".")
    return path + separator + name.replace("weight", "bias")


def _sliced(
    number_format: NumberFormat, name: str, shape: Sequence[int], stay: KeptChannels
) -> NumberFormat:
    if not isinstance(number_format, Grid):
        return number_format
    is_narrower = len(shape) > 1 and len(stay.columns) < shape[1]
    if number_format.group and number_format.scale.shape[1] > 1 and is_narrower:
        raise UsageError(
            f"{name} is quantized in groups of {number_format.group} inputs, of which some would go: "
            "put prune-channels before quantize, or quantize with group=0."
        )
    rows = stay.rows.numpy()
    return replace(
        number_format,
        scale=_rows(number_format.scale, rows, shape[0]),
        zero=None if number_format.zero is None else _rows(number_format.zero, rows, shape[0]),
    )


def _rows(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    count: int,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Those rows of scales where each row has its own."""
    return values[rows] if len(values) == count and count > 1 else values
