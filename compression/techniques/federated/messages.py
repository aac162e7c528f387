"""Messages: changes of a model as the bytes that really travel, and what the other side reads from them.

A message is the length of its head (4 bytes), the head (JSON: how each tensor is stored), and the tensors' bytes as
`compression/encoding` packs them. Batch norms' statistics stay floats: they are few, and a variance must not fall
below zero.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from compression.encoding import (
    Encoded,
    Float32,
    Grid,
    NumberFormat,
    decode,
    encode,
    integer_levels,
)
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.layout import Layout

_LENGTH = struct.Struct("<I")
BITS: Mapping[str, int] = {"int8": 8, "int4": 4, "int2": 2}
TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class Message:
    """What is sent, and the row [size] that is read from it."""

    data: bytes
    row: Tensor


def write(row: Tensor, layout: Layout, step: Federate) -> Message:
    """A row [size] as the step's messages say it; fp32 loses nothing."""
    if step.update == "fp32":
        return Message(row.numpy().tobytes(), row)
    if step.update == "topk":
        row = torch.cat([_largest(row[: layout.learned], step.keep), row[layout.learned :]])
    head, body, read_back = [], bytearray(), torch.empty_like(row)
    learned = layout.parameter_names
    views = layout.tensors(read_back)
    for name, values in layout.tensors(row).items():
        array = np.ascontiguousarray(values.numpy())
        number_format = _format(array, step) if name in learned else Float32()
        if isinstance(number_format, Grid):
            array = number_format.round(array)
        encoded = encode(array, number_format)
        head.append([encoded.layout, len(encoded.data), *encoded.description])
        body += encoded.data
        views[name].copy_(torch.from_numpy(array))
    written = json.dumps(head, separators=(",", ":")).encode()
    return Message(_LENGTH.pack(len(written)) + written + bytes(body), read_back)


def read(data: bytes, layout: Layout, step: Federate) -> Tensor:
    """The row [size] in a message."""
    if step.update == "fp32":
        return torch.from_numpy(np.frombuffer(data, np.float32).copy())
    (length,) = _LENGTH.unpack_from(data)
    head, at = json.loads(data[_LENGTH.size : _LENGTH.size + length]), _LENGTH.size + length
    row = torch.empty(layout.size)
    views = layout.tensors(row)
    for (stored, size, *description), (name, shape) in zip(
        head, layout.shapes.items(), strict=True
    ):
        values, _ = decode(Encoded(tuple(shape), stored, description, data[at : at + size]))
        views[name].copy_(torch.from_numpy(values))
        at += size
    return row


def _format(values: np.ndarray, step: Federate) -> NumberFormat:
    """Whole numbers with a scale for each output channel, so that the largest of it is the last level."""
    if step.update == "topk" or values.ndim == 0:
        return Float32()
    levels = integer_levels(BITS[step.update])
    rows = values.reshape(len(values), -1) if values.ndim > 1 else values.reshape(1, -1)
    scale = (np.abs(rows).max(1, keepdims=True) / levels[-1]).astype(np.float32)
    return Grid("int", levels, np.where(scale < TINY, np.float32(1), scale))


def _largest(values: Tensor, share: float) -> Tensor:
    """Only so many of the values, the largest; the others are zero."""
    count = max(1, round(share * values.numel()))
    kept = values.abs().topk(count).indices
    chosen = torch.zeros_like(values)
    chosen[kept] = values[kept]
    return chosen
