"""A number format as a short list for the packed file's header and bytes: what is needed to make it again."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from compression.encoding import codes as lists
from compression.encoding.formats import (
    MAX_LEVELS,
    Array,
    Float32,
    Grid,
    NumberFormat,
    float_levels,
    scale_shape,
)
from compression.encoding.reader import Reader, corrupt

Description = list[Any]
"""[] for float32, else [levels, scale, zero], each a list of a letter and whole numbers.

Levels: i low, high, step | f exponent, mantissa | c or C count (a codebook in half or single precision).
Scale: 0 or 1 (a row for each channel), group size, then 1 | s | h | e lowest, count, signed. Zero: nothing, or
s | h | i lowest, count. A capital H, E or I: its numbers are entropy-coded.
"""

_LARGEST = 2**30


def write(number_format: NumberFormat, shape: tuple[int, ...]) -> tuple[Description, bytes]:
    """The description and the bytes of a tensor's format; ValueError if it can't be stored without loss."""
    if isinstance(number_format, Float32):
        return [], b""
    grid = number_format
    per_row = int(grid.scale.shape[0] > 1)
    if grid.scale.shape != scale_shape(shape, bool(per_row), grid.group):
        raise ValueError(f"Scales {grid.scale.shape} don't fit a tensor of shape {shape}.")
    levels, level_bytes = _write_levels(grid)
    scale, scale_bytes = _write_scale(grid)
    zero, zero_bytes = _write_zero(grid.zero) if grid.zero is not None else ([], b"")
    description = [levels, [per_row, grid.group, *scale], zero]
    return description, level_bytes + scale_bytes + zero_bytes


def read(description: Description, reader: Reader, shape: tuple[int, ...]) -> NumberFormat:
    """The format that ``write`` wrote; ArtifactError, ValueError or TypeError if it is none."""
    if not description:
        return Float32()
    levels_of, (per_row, group, *scale_of), zero_of = description
    size = scale_shape(shape, bool(_whole(per_row, 0, 1)), _whole(group, 0, _LARGEST))
    kind, exponent, mantissa, levels = _read_levels(levels_of, reader)
    scale = _read_scale(scale_of, reader, math.prod(size)).reshape(size)
    zero = _read_zero(zero_of, reader, math.prod(size)).reshape(size) if zero_of else None
    if not (np.isfinite(scale).all() and scale.all() and np.isfinite(levels).all()):
        raise corrupt("a scale or level is not a number that can be multiplied with")
    stored = {"1": "one", "s": "float32", "h": "float16", "e": "exponent"}[scale_of[0].lower()]
    return Grid(kind, levels, scale, zero, group, stored, exponent, mantissa)  # type: ignore[arg-type]


_float_levels = lru_cache(maxsize=8)(float_levels)  # 65,000 of them take a millisecond


def _write_levels(grid: Grid) -> tuple[Description, bytes]:
    levels = grid.levels
    if not 1 <= levels.size <= MAX_LEVELS:
        raise ValueError(f"A grid has 1 to {MAX_LEVELS} levels, not {levels.size}.")
    if grid.kind == "float":
        if not np.array_equal(levels, _float_levels(grid.exponent, grid.mantissa)):
            raise ValueError("A float's levels must be those of its exponent and mantissa.")
        return ["f", grid.exponent, grid.mantissa], b""
    if grid.kind == "int":
        low, high = int(levels[0]), int(levels[-1])
        step = int(levels[1] - levels[0]) if levels.size > 1 else 1
        if not np.array_equal(levels, np.arange(low, high + 1, step, dtype=np.float32)):
            raise ValueError("Integer levels must be whole numbers, evenly spaced.")
        return ["i", low, high, step], b""
    if _is_half(levels):
        return ["c", levels.size], levels.astype("<f2").tobytes()
    return ["C", levels.size], levels.astype("<f4").tobytes()


def _read_levels(description: Description, reader: Reader) -> tuple[str, int, int, Array]:
    letter, *numbers = description
    if letter == "i":
        low, high = (_whole(number, -_LARGEST, _LARGEST) for number in numbers[:2])
        step = _whole(numbers[2], 1, _LARGEST)
        _whole((high - low) // step, 0, MAX_LEVELS - 1)
        return "int", 0, 0, np.arange(low, high + 1, step, dtype=np.float32)
    if letter == "f":
        exponent, mantissa = _whole(numbers[0], 1, 8), _whole(numbers[1], 0, 10)
        _whole(exponent + mantissa, 1, 15)
        return "float", exponent, mantissa, _float_levels(exponent, mantissa)
    count = _whole(numbers[0], 1, MAX_LEVELS)
    width = {"c": 2, "C": 4}[letter]
    levels = np.frombuffer(reader.take(width * count), dtype=f"<f{width}").astype(np.float32)
    return "codebook", 0, 0, levels


def _write_scale(grid: Grid) -> tuple[Description, bytes]:
    scale = grid.scale.ravel()
    if grid.stored == "one":
        if (scale != 1).any():
            raise ValueError("Scales that are not stored must all be 1.")
        return ["1"], b""
    if grid.stored == "exponent":
        return _write_exponents(scale)
    if grid.stored == "float16":
        if not _is_half(scale):
            raise ValueError("Scales stored as float16 must be float16 numbers.")
        return _write_halves(scale)
    return ["s"], scale.astype("<f4").tobytes()


def _read_scale(description: Description, reader: Reader, count: int) -> Array:
    letter = description[0]
    if letter == "1":
        return np.ones(count, dtype=np.float32)
    if letter in ("e", "E"):
        return _read_exponents(description, reader, count)
    return _read_floats(letter, reader, count)


def _write_exponents(scale: Array) -> tuple[Description, bytes]:
    fraction, exponent = np.frexp(scale)
    if (np.abs(fraction) != 0.5).any():
        raise ValueError("Scales stored as exponents must be powers of two.")
    lowest, count = int(exponent.min()), int(exponent.max() - exponent.min()) + 1
    data, coded = lists.write((exponent - lowest).astype(np.uint16), count)
    signed = bool((scale < 0).any())
    signs = np.packbits(scale < 0).tobytes() if signed else b""
    return ["E" if coded else "e", lowest, count, int(signed)], data + signs


def _read_exponents(description: Description, reader: Reader, count: int) -> Array:
    lowest, span = _whole(description[1], -148, 128), _whole(description[2], 1, 277)
    _whole(lowest + span, -148, 129)
    exponent = lists.read(reader, span, count, coded=description[0] == "E").astype(np.int32)
    scale = np.ldexp(np.float32(0.5), exponent + lowest).astype(np.float32)
    if not description[3]:
        return scale
    signs = np.frombuffer(reader.take(-(-count // 8)), dtype=np.uint8)
    return np.where(np.unpackbits(signs, count=count) == 1, -scale, scale)


def _write_zero(zero: Array) -> tuple[Description, bytes]:
    zero = zero.ravel()
    if (zero == np.rint(zero)).all() and zero.max() - zero.min() < MAX_LEVELS:
        lowest, count = int(zero.min()), int(zero.max() - zero.min()) + 1
        data, coded = lists.write((zero - lowest).astype(np.uint16), count)
        return ["I" if coded else "i", lowest, count], data
    if _is_half(zero):
        return _write_halves(zero)
    return ["s"], zero.astype("<f4").tobytes()


def _read_zero(description: Description, reader: Reader, count: int) -> Array:
    letter = description[0]
    if letter not in ("i", "I"):
        return _read_floats(letter, reader, count)
    lowest = _whole(description[1], -_LARGEST, _LARGEST)
    codes = lists.read(reader, _whole(description[2], 1, MAX_LEVELS), count, coded=letter == "I")
    return codes.astype(np.float32) + np.float32(lowest)


def _write_halves(values: Array) -> tuple[Description, bytes]:
    data, coded = lists.write(values.astype("<f2").view("<u2"), 2**16)
    return ["H" if coded else "h"], data


def _read_floats(letter: str, reader: Reader, count: int) -> Array:
    if letter == "s":
        return np.frombuffer(reader.take(4 * count), dtype="<f4").astype(np.float32)
    words = lists.read(reader, 2**16, count, coded={"h": False, "H": True}[letter])
    return words.astype("<u2").view("<f2").astype(np.float32)


def _is_half(values: Array) -> bool:
    with np.errstate(over="ignore"):
        return bool(np.array_equal(values.astype(np.float16).astype(np.float32), values))


def _whole(number: Any, low: int, high: int) -> int:
    if not isinstance(number, int) or not low <= number <= high:
        raise ValueError(f"{str(number)[:20]} is not a whole number from {low} to {high}.")
    return number
