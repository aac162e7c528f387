"""A compressed model as ONE real file: pack and unpack. Its length is the size that is reported.

magic (6 bytes) | header length, header checksum, payload checksum (4 bytes each, little endian)
| header (zlib'd JSON: recipe and one row per tensor) | payload (the tensors' bytes, in row order)
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import torch

from compression import models
from compression.compressed import Compressed, fold_batch_norm
from compression.encoding import Encoded, Float32, Integer, NumberFormat, decode, encode
from compression.errors import ArtifactError, LabError
from compression.point import StoredTensor
from compression.recipe import Recipe, canonical_json, recipe_from_dict

MAGIC = b"CALAB1"
_PREFIX = struct.Struct("<6sIII")
_MAX_HEADER = 4 * 2**20
_MAX_VALUES = 2**28


@dataclass(frozen=True)
class Packed:
    """A packed file's bytes, and how each tensor is stored in it."""

    data: bytes
    tensors: tuple[StoredTensor, ...]


def pack(compressed: Compressed, recipe: Recipe) -> Packed:
    """The model as a packed file; batch norms must be folded."""
    if not compressed.is_folded:
        raise ValueError("Fold the batch norms before packing: only the folded model is deployed.")
    rows, stored, payload = [], [], bytearray()
    for name, tensor in compressed.module.state_dict().items():
        encoded = encode(tensor.numpy(), compressed.formats.get(name, Float32()))
        rows.append(_row(name, encoded))
        stored.append(_stored(name, encoded))
        payload += encoded.data
    header = zlib.compress(
        canonical_json({"recipe": recipe.model_dump(), "tensors": rows}).encode(), 9
    )
    prefix = _PREFIX.pack(MAGIC, len(header), zlib.crc32(header), zlib.crc32(payload))
    return Packed(prefix + header + bytes(payload), tuple(stored))


def unpack(data: bytes) -> tuple[Compressed, Recipe]:
    """The model and recipe of a packed file's bytes; ArtifactError if they are corrupt or foreign."""
    header, payload = _split(data)
    try:
        recipe = recipe_from_dict(header["recipe"])
        rows = [(str(row[0]), _encoded(row)) for row in header["tensors"]]
    except (KeyError, TypeError, ValueError, IndexError, LabError) as error:
        raise ArtifactError(
            f"The file's header is not one this version can read: {error}"
        ) from None
    skeleton = fold_batch_norm(Compressed(recipe.model, models.build(recipe.model).eval()))
    tensors: dict[str, torch.Tensor] = {}
    formats: dict[str, NumberFormat] = {}
    offset = 0
    for name, (encoded, length) in rows:
        values, number_format = decode(replace(encoded, data=payload[offset : offset + length]))
        tensors[name] = torch.from_numpy(values.copy())
        if isinstance(number_format, Integer):
            formats[name] = number_format
        offset += length
    if offset != len(payload):
        raise ArtifactError("The file is corrupt: it holds more bytes than its tensors need.")
    _load_into(skeleton, tensors)
    return skeleton.with_module(skeleton.module, MappingProxyType(formats)), recipe


def _load_into(skeleton: Compressed, tensors: Mapping[str, torch.Tensor]) -> None:
    try:
        skeleton.module.load_state_dict(dict(tensors), strict=True)
    except RuntimeError:
        raise ArtifactError(
            f"The file's tensors don't fit the model {skeleton.model}: "
            "it was written by another version; make it again with this one."
        ) from None


def _stored(name: str, encoded: Encoded) -> StoredTensor:
    return StoredTensor(
        name=name,
        shape=encoded.shape,
        values=math.prod(encoded.shape),
        nonzero=encoded.nonzero,
        bits=encoded.bits,
        layout=encoded.layout,
        bytes=len(encoded.data),
    )


def _row(name: str, encoded: Encoded) -> list[Any]:
    kind = "f" if encoded.format == "float32" else "i"
    layout = "d" if encoded.layout == "dense" else "m"
    return [
        name, list(encoded.shape), kind + layout, encoded.bits, encoded.scales, encoded.kept,
        len(encoded.data),
    ]  # fmt: skip


def _encoded(row: list[Any]) -> tuple[Encoded, int]:
    _, shape, code, bits, scales, kept, length = row
    numbers = (*shape, bits, scales, kept, length)
    if not all(isinstance(number, int) and 0 <= number <= _MAX_VALUES for number in numbers):
        raise ValueError("a tensor's size is out of bounds.")
    size = math.prod(shape)
    if size > _MAX_VALUES or kept > size or code not in ("fd", "fm", "id", "im"):
        raise ValueError("a tensor's description is inconsistent.")
    integer = code[0] == "i"
    if (integer and not 2 <= bits <= 16) or (not integer and bits != 32):
        raise ValueError("a tensor's bit width is out of range.")
    if integer and scales not in (1, shape[0] if shape else 1):
        raise ValueError("a tensor's scales don't match its channels.")
    encoded = Encoded(
        shape=tuple(shape),
        format="integer" if integer else "float32",
        bits=bits,
        layout="dense" if code[1] == "d" else "bitmask",
        scales=scales,
        kept=kept,
        data=b"",
    )
    return encoded, length


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < _PREFIX.size or not data.startswith(MAGIC[:5]):
        raise ArtifactError(
            "This is not a packed model of Compact AI Lab: export one with `export`."
        )
    magic, length, header_sum, payload_sum = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise ArtifactError("The file is from another version of the format: export it again.")
    header_bytes = data[_PREFIX.size : _PREFIX.size + length]
    payload = data[_PREFIX.size + length :]
    if zlib.crc32(header_bytes) != header_sum or zlib.crc32(payload) != payload_sum:
        raise ArtifactError("The file is corrupt: its checksum is wrong; copy or export it again.")
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(header_bytes, _MAX_HEADER)
        header = json.loads(text)
    except (zlib.error, ValueError):
        raise ArtifactError(
            "The file is corrupt: its header can't be read; export it again."
        ) from None
    if not isinstance(header, dict):
        raise ArtifactError("The file is corrupt: its header can't be read; export it again.")
    return header, payload
