"""How one tensor is stored: its number format and its layout, packed to the bit.

A number format says which values a tensor can hold; the layout is whichever takes fewest bytes. Decoding gives
back exactly the float32 values that were encoded (a negative zero may come back as zero).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.encoding import description, layouts
from compression.encoding.bits import WORDS
from compression.encoding.description import Description
from compression.encoding.formats import (
    Array,
    Float32,
    Grid,
    NumberFormat,
    float_levels,
    integer_levels,
)
from compression.encoding.reader import Reader, corrupt

__all__ = [
    "Encoded",
    "Float32",
    "Grid",
    "NumberFormat",
    "decode",
    "encode",
    "float_levels",
    "integer_levels",
]


@dataclass(frozen=True)
class Encoded:
    """One tensor as bytes, with what is needed to read it back."""

    shape: tuple[int, ...]
    layout: str
    """A name of ``layouts.LAYOUTS``."""
    description: Description
    data: bytes
    nonzero: int = 0


def encode(values: NDArray[np.float32], number_format: NumberFormat) -> Encoded:
    """Pack float32 ``values`` of any shape; ValueError if one is neither zero nor on a Grid."""
    values = np.array(values, dtype=np.float32, order="C")
    kept = (values != 0).ravel()
    if isinstance(number_format, Grid):
        described, head = description.write(number_format, values.shape)
        codes, off_grid = _coded(number_format, values)
        if (off_grid & kept).any():
            count = int((off_grid & kept).sum())
            raise ValueError(f"{count} of {values.size} values are not on their grid.")
        levels, must_mask = number_format.levels.size, bool(off_grid.any())
        layout, body = layouts.write(codes, levels, kept=kept, must_mask=must_mask)
    else:
        described, head = [], b""
        layout, body = layouts.write(values.ravel().view(np.uint32), WORDS, kept=kept)
    return Encoded(values.shape, layout, described, head + body, nonzero=int(kept.sum()))


def decode(encoded: Encoded) -> tuple[Array, NumberFormat]:
    """The exact values that were encoded, and their format; ArtifactError if the bytes don't fit."""
    reader, shape = Reader(encoded.data), encoded.shape
    try:
        number_format = description.read(encoded.description, reader, shape)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        raise corrupt("a tensor's number format can't be read") from None
    levels = number_format.levels.size if isinstance(number_format, Grid) else WORDS
    codes, kept = layouts.read(reader, encoded.layout, levels, math.prod(shape))
    reader.finish()
    if isinstance(number_format, Grid):
        values = _rounding(number_format, codes.astype(np.uint16), shape)
    else:
        values = codes.astype(np.uint32).view(np.float32)
    if kept is not None:
        values = np.where(kept, values, np.float32(0))
    return values.reshape(shape), number_format


def _coded(grid: Grid, values: Array) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Codes, and which values they don't stand for, both flat."""
    if not values.size:
        return np.zeros(0, np.uint16), np.zeros(0, np.bool_)
    codes, off_grid = grid.coded(values)
    return codes.ravel(), off_grid.ravel()


def _rounding(grid: Grid, codes: NDArray[np.uint16], shape: tuple[int, ...]) -> Array:
    """What the codes stand for, flat."""
    if not codes.size:
        return np.zeros(0, dtype=np.float32)
    return grid.values(codes, shape).ravel()
