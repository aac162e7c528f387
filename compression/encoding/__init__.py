"""How one tensor is stored: its number format and its layout, packed to the bit.

A number format says which values a tensor can hold; the layout (dense, or bitmask + survivors) is
whichever takes fewer bytes. Decoding gives back exactly the float32 values that were encoded
(a negative zero may come back as zero).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from compression.errors import ArtifactError

Layout = Literal["dense", "bitmask"]


@dataclass(frozen=True)
class Float32:
    """Plain IEEE single precision."""

    bits = 32


@dataclass(frozen=True, eq=False)
class Integer:
    """``value = code * scale`` with symmetric codes from -(2^(bits-1) - 1) to 2^(bits-1) - 1.

    ``scale`` is float32 [1] for one per tensor or [channels] for one per output channel (axis 0).
    """

    bits: int
    scale: NDArray[np.float32]

    @property
    def largest(self) -> int:
        return 2 ** (self.bits - 1) - 1

    def broadcast_scale(self, ndim: int) -> NDArray[np.float32]:
        return self.scale.reshape(-1, *([1] * (ndim - 1)))


NumberFormat = Float32 | Integer


@dataclass(frozen=True)
class Encoded:
    """One tensor as bytes, with what is needed to read it back."""

    shape: tuple[int, ...]
    format: Literal["float32", "integer"]
    bits: int
    layout: Layout
    scales: int
    kept: int
    data: bytes
    nonzero: int = 0


def encode(values: NDArray[np.float32], number_format: NumberFormat) -> Encoded:
    """Pack float32 ``values`` of any shape; with an Integer format they must lie on its grid."""
    flat = np.asarray(values, dtype=np.float32)
    survivors = flat.ravel() != 0
    nonzero = int(survivors.sum())
    dense_bytes = _byte_count(flat.size, number_format.bits)
    masked_bytes = _mask_bytes(flat.size) + _byte_count(nonzero, number_format.bits)
    layout: Layout = "bitmask" if masked_bytes < dense_bytes else "dense"
    chosen = survivors if layout == "bitmask" else slice(None)
    mask = np.packbits(survivors).tobytes() if layout == "bitmask" else b""
    if isinstance(number_format, Float32):
        body, scale = flat.ravel()[chosen].tobytes(), b""
    else:
        codes = np.rint(flat / number_format.broadcast_scale(flat.ndim)).astype(np.int16).ravel()
        offset = (codes[chosen] + number_format.largest).astype(np.uint16)
        body, scale = pack_bits(offset, number_format.bits), number_format.scale.tobytes()
    return Encoded(
        shape=flat.shape,
        format="float32" if isinstance(number_format, Float32) else "integer",
        bits=number_format.bits,
        layout=layout,
        scales=0 if isinstance(number_format, Float32) else number_format.scale.size,
        kept=nonzero if layout == "bitmask" else flat.size,
        data=scale + mask + body,
        nonzero=nonzero,
    )


def decode(encoded: Encoded) -> tuple[NDArray[np.float32], NumberFormat]:
    """The exact values that were encoded, and their format; ArtifactError if the bytes don't fit."""
    size = int(np.prod(encoded.shape, dtype=np.int64))
    scale_end = 4 * encoded.scales
    mask_end = scale_end + (_mask_bytes(size) if encoded.layout == "bitmask" else 0)
    if len(encoded.data) != mask_end + _byte_count(encoded.kept, encoded.bits):
        raise ArtifactError("The file is corrupt: a tensor's bytes don't match its shape.")
    body = encoded.data[mask_end:]
    number_format: NumberFormat = Float32()
    if encoded.format == "float32":
        kept = np.frombuffer(body, dtype=np.float32)
    else:
        scale = np.frombuffer(encoded.data[:scale_end], dtype=np.float32).copy()
        number_format = Integer(encoded.bits, scale)
        kept = unpack_bits(body, encoded.bits, encoded.kept).astype(np.float32)
        kept = kept - np.float32(number_format.largest)
    values = np.zeros(size, dtype=np.float32)
    if encoded.layout == "bitmask":
        bits = np.frombuffer(encoded.data[scale_end:mask_end], dtype=np.uint8)
        survivors = np.unpackbits(bits, count=size).astype(bool)
        if int(survivors.sum()) != encoded.kept:
            raise ArtifactError("The file is corrupt: a tensor's mask doesn't match its values.")
        values[survivors] = kept
    else:
        values[:] = kept
    values = values.reshape(encoded.shape)
    if isinstance(number_format, Integer):
        values = values * number_format.broadcast_scale(values.ndim)
    return values, number_format


def pack_bits(codes: NDArray[np.uint16], bits: int) -> bytes:
    """Unsigned codes below 2^bits as a stream of ``bits`` bits each, most significant bit first."""
    if bits == 8:
        return codes.astype(np.uint8).tobytes()
    shifts = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    stream = ((codes[:, None] >> shifts) & 1).astype(np.uint8)
    return np.packbits(stream.ravel()).tobytes()


def unpack_bits(data: bytes, bits: int, count: int) -> NDArray[np.uint16]:
    """The ``count`` codes that ``pack_bits`` wrote."""
    if bits == 8:
        return np.frombuffer(data, dtype=np.uint8, count=count).astype(np.uint16)
    stream = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=count * bits)
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint16)
    return (stream.reshape(count, bits).astype(np.uint16) * weights).sum(axis=1, dtype=np.uint16)


def _byte_count(values: int, bits: int) -> int:
    return (values * bits + 7) // 8


def _mask_bytes(values: int) -> int:
    return (values + 7) // 8
