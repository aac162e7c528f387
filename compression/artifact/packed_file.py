"""A compressed model as ONE real file: pack and unpack. Its length is the size that is reported.

magic (6 bytes) | header length, header checksum, payload checksum (4 bytes each, little endian)
| header (`header.py`: the recipe, a row for each tensor and each rounded activation, widths that were changed)
| payload: the tensors' bytes in the order of the model's state dict, then the ranges of what is rounded
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import torch

from compression.artifact import activations, exits, header, slicing
from compression.encoding import Encoded, Float32, NumberFormat, decode, encode
from compression.encoding.layouts import LAYOUTS
from compression.encoding.reader import Reader
from compression.errors import ArtifactError, LabError, reason_of
from compression.models import untrained
from compression.models.catalogue import ModelCard, model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.shapes import changed_shapes, full_shapes, resize
from compression.point import StoredTensor
from compression.recipe import Recipe, recipe_from_dict

MAGIC = b"CALAB2"
_PREFIX = struct.Struct("<6sIII")
_LAYOUT_NAMES = tuple(LAYOUTS)


@dataclass(frozen=True)
class Packed:
    """A packed file's bytes, and how each tensor is stored in it."""

    data: bytes
    tensors: tuple[StoredTensor, ...]


def pack(compressed: Compressed, recipe: Recipe) -> Packed:
    """The model as a packed file; batch norms must be folded."""
    if not compressed.is_folded:
        raise ValueError("Fold the batch norms before packing: only the folded model is deployed.")
    state = compressed.tensors
    rows, stored, payload = [], [], bytearray()
    for name, tensor in state.items():
        number_format = compressed.formats.get(name, Float32())
        try:
            encoded = encode(tensor.numpy(), number_format)
        except ValueError as error:
            raise ValueError(f"{name} can't be packed: {error}") from error
        rows.append([_LAYOUT_NAMES.index(encoded.layout), len(encoded.data), *encoded.description])
        stored.append(_stored(name, encoded, number_format))
        payload += encoded.data
    contents = {"recipe": recipe.model_dump(), "model": _fingerprint(state), "tensors": rows}
    if compressed.student:
        contents["student"] = compressed.student
    if compressed.slicing:
        contents["slicing"] = slicing.write(compressed.slicing)
    if compressed.exits is not None:
        contents["exits"] = exits.write(compressed.exits)
    if compressed.bytes_sent is not None:
        contents["sent"] = compressed.bytes_sent
    if compressed.epsilon is not None:
        contents["epsilon"] = compressed.epsilon
    if shapes := changed_shapes(compressed):
        contents["shapes"] = [width for shape in shapes for width in shape]
    rounded, ranges = activations.write(compressed)
    payload += ranges
    head = header.write(contents | rounded)
    prefix = _PREFIX.pack(MAGIC, len(head), zlib.crc32(head), zlib.crc32(payload))
    return Packed(prefix + head + bytes(payload), tuple(stored))


def unpack(data: bytes) -> tuple[Compressed, Recipe]:
    """The model and recipe of a packed file's bytes; ArtifactError if they are corrupt or foreign."""
    contents, payload = _split(data)
    reader = Reader(payload)
    try:
        recipe = recipe_from_dict(contents["recipe"])
        card = model_card(recipe.model)
        skeleton = _skeleton(card, contents.get("student", ""), contents.get("shapes"))
        skeleton = replace(skeleton, exits=exits.read(contents.get("exits"), card))
        state = skeleton.tensors
        if contents["model"] != _fingerprint(state) or len(contents["tensors"]) != len(state):
            raise ArtifactError(
                f"The file's tensors don't fit the model {skeleton.student or recipe.model}: "
                "it was written by another version; make it again with this one."
            )
        formats = {
            name: number_format
            for row, (name, tensor) in zip(contents["tensors"], state.items(), strict=True)
            if not isinstance(number_format := _read_into(tensor, row, reader), Float32)
        }
        inputs = activations.read_formats(contents.get("activations", []), skeleton, reader)
        between = activations.read_ranges(contents.get("between", 0), reader)
        cut = slicing.read(contents.get("slicing"))
    except ArtifactError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, LabError) as error:
        raise ArtifactError(
            f"The file's header is not one this version can read: {reason_of(error)}"
        ) from None
    reader.finish()
    skeleton = skeleton.with_module(skeleton.module, MappingProxyType(formats))
    compressed = replace(
        skeleton,
        activations=MappingProxyType(inputs),
        int8_ranges=between,
        slicing=cut,
        bytes_sent=_sent(contents.get("sent")),
        epsilon=_epsilon(contents.get("epsilon")),
    )
    return compressed, recipe


def _sent(count: Any) -> int | None:
    if count is not None and not (isinstance(count, int) and 0 <= count < 2**63):
        raise ArtifactError(
            "The file's header is not one this version can read: bytes sent are none."
        )
    return count


def _epsilon(value: Any) -> float | None:
    if value is not None and not (isinstance(value, int | float) and 0 <= value < float("inf")):
        raise ArtifactError(
            "The file's header is not one this version can read: its epsilon is none."
        )
    return value


def _skeleton(card: ModelCard, student: str, widths: list[Any] | None) -> Compressed:
    """A model of these widths, its batch norms folded; of the architecture's where none are given."""
    network = untrained(card, student).eval()
    skeleton = fold_batch_norm(Compressed(card, network, student=student))
    if widths is None:
        return skeleton
    full = full_shapes(card, student)
    if not all(isinstance(width, int) for width in widths) or len(widths) != 2 * len(full):
        raise ValueError("the widths of its layers are malformed.")
    shapes = tuple(zip(widths[::2], widths[1::2], strict=True))
    if not all(
        1 <= n <= most
        for one, two in zip(shapes, full, strict=True)
        for n, most in zip(one, two, strict=True)
    ):
        raise ValueError("the widths of its layers are out of bounds.")
    resize(skeleton.module, shapes)
    dtype = getattr(torch, card.data.input_dtype)
    example = torch.zeros(1, *card.data.input_shape, dtype=dtype)
    try:
        with torch.inference_mode():
            skeleton.module(example)
    except RuntimeError:
        raise ValueError("the widths of its layers don't fit together.") from None
    return skeleton


def _read_into(tensor: torch.Tensor, row: list[Any], reader: Reader) -> NumberFormat:
    layout, length, *description = row
    if not isinstance(layout, int) or not 0 <= layout < len(_LAYOUT_NAMES):
        raise ValueError("a tensor's layout is unknown.")
    if not isinstance(length, int) or length < 0:
        raise ValueError("a tensor's length is out of bounds.")
    data = reader.take(length)
    encoded = Encoded(tuple(tensor.shape), _LAYOUT_NAMES[layout], description, data)
    values, number_format = decode(encoded)
    tensor.copy_(torch.from_numpy(values.copy()))
    return number_format


def _fingerprint(state: Mapping[str, torch.Tensor]) -> int:
    """Names and shapes of a model's tensors in four bytes: the file doesn't repeat them."""
    return zlib.crc32(
        repr([(name, tuple(tensor.shape)) for name, tensor in state.items()]).encode()
    )


def _stored(name: str, encoded: Encoded, number_format: NumberFormat) -> StoredTensor:
    return StoredTensor(
        name=name,
        shape=encoded.shape,
        values=math.prod(encoded.shape),
        nonzero=encoded.nonzero,
        bits=number_format.bits,
        format=number_format.label,
        layout=encoded.layout,
        bytes=len(encoded.data),
    )


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < _PREFIX.size or not data.startswith(MAGIC[:5]):
        raise ArtifactError(
            "This is not a packed model of Compact AI Lab: export one with `export`."
        )
    magic, length, header_sum, payload_sum = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise ArtifactError("The file is from another version of the format: export it again.")
    head = data[_PREFIX.size : _PREFIX.size + length]
    payload = data[_PREFIX.size + length :]
    if zlib.crc32(head) != header_sum or zlib.crc32(payload) != payload_sum:
        raise ArtifactError("The file is corrupt: its checksum is wrong; copy or export it again.")
    return header.read(head), payload
