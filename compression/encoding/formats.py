"""Number formats: which values a tensor can hold. One grid covers integers, small floats and codebooks.

``value = (level[code] - zero) * scale``. Levels are shared by the tensor; scale and zero belong to the
tensor, to each output channel (axis 0, a "row"), or to each group of consecutive inputs within a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Kind = Literal["int", "float", "codebook"]
Stored = Literal["float32", "float16", "exponent", "one"]
"""How scales are written: as floats, as one byte each (a power of two), or not at all (all are 1)."""

MAX_LEVELS = 2**16


@dataclass(frozen=True)
class Float32:
    """Plain IEEE single precision."""

    bits = 32.0
    label = "float32"


@dataclass(frozen=True, eq=False)
class Grid:
    """The values a quantized tensor can hold.

    ``levels`` is float32 [L], ascending, without repeats: -8..7 for 4-bit integers, the values of a
    small float, or a codebook. ``scale`` is float32 [rows, groups] (rows is 1 or the number of output
    channels), of any sign but never 0; ``zero`` likewise, or None. ``group`` is the number of inputs that
    share a scale, 0 for a whole row; the last group of a row may be shorter. Scales and zeros must already be
    representable as ``stored`` says, so that packing loses nothing.
    """

    kind: Kind
    levels: Array
    scale: Array
    zero: Array | None = None
    group: int = 0
    stored: Stored = "float32"
    exponent: int = 0
    mantissa: int = 0
    """Of a float's levels; 0 otherwise."""

    @property
    def bits(self) -> float:
        """Bits per code when packed: a whole number, but 1.6 for three levels (five in a byte)."""
        count = self.levels.size
        return 1.6 if count == 3 else float(max(1, math.ceil(math.log2(count))))

    @property
    def label(self) -> str:
        """The format in a word, for the layer table: int4, ternary, E4M3, codebook of 16."""
        if self.kind == "float":
            return f"E{self.exponent}M{self.mantissa}"
        if self.kind == "codebook":
            return f"codebook of {self.levels.size}"
        return {2: "binary", 3: "ternary"}.get(self.levels.size, f"int{self.bits:.0f}")

    @property
    def is_integer(self) -> bool:
        return self.kind == "int"

    @property
    def is_symmetric(self) -> bool:
        return self.zero is None

    @cached_property
    def borders(self) -> Array:
        """Half-way between neighbouring levels: float32 [L - 1]."""
        levels = self.levels.astype(
            np.float64
        )  # two bf16 levels may sum to more than float32 holds
        return ((levels[1:] + levels[:-1]) / 2).astype(np.float32)

    def spread(self, values: Array, shape: tuple[int, ...]) -> Array:
        """Scales or zeros [rows, groups] broadcast to a tensor's matrix form [shape[0], inputs]."""
        inputs = math.prod(shape[1:])
        if self.group:
            values = np.repeat(values, min(self.group, inputs), axis=1)[:, :inputs]
        return np.broadcast_to(values, (shape[0], inputs))

    def codes(self, values: Array) -> NDArray[np.uint16]:
        """The code of the nearest level for each value, as a matrix [shape[0], inputs]."""
        rows = np.asarray(values, dtype=np.float32).reshape(values.shape[0], -1)
        scaled = rows / self.spread(self.scale, values.shape)
        if self.zero is not None:
            scaled = scaled + self.spread(self.zero, values.shape)
        if self.kind == "int":
            low, high = self.levels[0], self.levels[-1]
            if self.levels.size == high - low + 1:
                return (np.clip(np.rint(scaled), low, high) - low).astype(np.uint16)
        return np.searchsorted(self.borders, scaled).astype(np.uint16)

    def values(self, codes: NDArray[np.uint16], shape: tuple[int, ...]) -> Array:
        """What the codes stand for, float32 of the tensor's shape; the inverse of ``codes``."""
        levels = self.levels[codes.reshape(shape[0], -1)]
        if self.zero is not None:
            levels = levels - self.spread(self.zero, shape)
        return (levels * self.spread(self.scale, shape)).astype(np.float32).reshape(shape)

    def coded(self, values: Array) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
        """The codes of values, and where in the tensor a value isn't what its code stands for."""
        codes = self.codes(values)
        return codes, self.values(codes, values.shape) != values

    def round(self, values: Array) -> Array:
        """Each value moved to the nearest one the grid holds; zeros stay zeros, which any tensor can hold."""
        rounded = self.values(self.codes(values), values.shape)
        return np.where(values == 0, np.float32(0), rounded)

    def holds(self, values: Array) -> bool:
        """Whether a tensor can be stored in this format: its scales fit, and each value is zero or on the grid."""
        if self.scale.shape != scale_shape(values.shape, len(self.scale) > 1, self.group):
            return False
        return not values.size or not (self.coded(values)[1] & (values != 0)).any()


NumberFormat = Float32 | Grid


def scale_shape(shape: tuple[int, ...], per_row: bool, group: int) -> tuple[int, int]:
    """That of the scales [rows, groups] of a tensor; ValueError for a single number, which has no rows."""
    if not shape:
        raise ValueError("a single number has no grid.")
    inputs = math.prod(shape[1:])
    return shape[0] if per_row else 1, -(-inputs // group) if group else 1


def integer_levels(bits: float, *, full: bool = False) -> Array:
    """Codes of ``bits`` bits: -1 and 1 for one, -1, 0, 1 for 1.58, else up to 2^(bits-1) - 1.

    ``full`` uses the lowest code -2^(bits-1) as well, which a symmetric range leaves out.
    """
    if bits == 1:
        return np.array([-1, 1], dtype=np.float32)
    if bits < 2:
        return np.array([-1, 0, 1], dtype=np.float32)
    high = 2 ** (int(bits) - 1) - 1
    return np.arange(-high - int(full), high + 1, dtype=np.float32)


def float_levels(exponent: int, mantissa: int) -> Array:
    """All finite values of a float of 1 + ``exponent`` + ``mantissa`` bits, ascending, zero once.

    fp16, E5M2, bf16 and others of 8 exponent bits keep IEEE 754's infinities out; E4M3 gives up one code for
    NaN (Micikevicius et al., 2022, arXiv:2209.05433); all other formats use every code for a number (OCP
    Microscaling 1.0, 2023).
    """
    bias = 2 ** (exponent - 1) - 1
    codes = np.arange(2 ** (exponent + mantissa), dtype=np.int64)
    power, fraction = codes >> mantissa, codes & (2**mantissa - 1)
    normal = power > 0
    significand = np.where(normal, 1.0, 0.0) + fraction / 2.0**mantissa
    values = significand * 2.0 ** (np.where(normal, power, 1) - bias)
    if exponent == 8 or (exponent, mantissa) in ((5, 10), (5, 2)):
        values = values[power < 2**exponent - 1]
    elif (exponent, mantissa) == (4, 3):
        values = values[:-1]
    positive = values[1:]
    return np.concatenate([-positive[::-1], [0.0], positive]).astype(np.float32)
