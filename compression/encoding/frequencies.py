"""How often each code occurs, in one byte a code, and what the entropy coder makes of it.

Up to eight codes are coded together as one symbol of at most 256, whose frequency is the product of theirs:
the coder's loop then takes fewer turns, and the table stays that of single codes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compression.encoding.reader import Reader, corrupt

MAX_SYMBOLS = 256
TOTAL = 2**16
"""What the frequencies of all symbols sum to."""

_SHORT = 16
"""Tables up to here are written whole, longer ones from the first to the last code that occurs."""


def marks(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts [codes] as bytes: 0 where none, else a float of 4 bits exponent and 4 bits mantissa."""
    scaled = np.ceil(counts * (30.0 * 2**15 / max(int(counts.max()), 1)))
    exponent = np.maximum(np.frexp(np.maximum(scaled, 1))[1] - 5, 0)
    mantissa = np.rint(scaled / 2.0**exponent)
    minifloats = np.clip(exponent * 16 + mantissa - 15, 1, 255)
    return np.where(counts > 0, minifloats, 0).astype(np.uint8)


def weights(table: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The relative frequencies that ``marks`` stand for."""
    exponent, mantissa = np.divmod(np.maximum(table, 1).astype(np.int64) - 1, 16)
    return np.where(table > 0, (16 + mantissa) << exponent, 0)


def block_length(codes: int) -> int:
    """How many codes make one symbol."""
    length = 1
    while codes > 1 and codes ** (length + 1) <= MAX_SYMBOLS and length < 8:
        length += 1
    return length


def symbol_frequencies(table: NDArray[np.uint8], length: int) -> NDArray[np.int64]:
    """Frequencies of all blocks of ``length`` codes, in the codes' order; they sum to TOTAL.

    Every operation is exact or a single rounding of IEEE 754, so that all machines find the same numbers.
    """
    weight = weights(table)
    share = weight / np.float64(weight.sum())
    product = share
    for _ in range(length - 1):
        product = np.multiply.outer(product, share).ravel()
    shares = np.floor(product * (TOTAL - product.size)).astype(np.int64) + (product > 0)
    shares[int(np.argmax(shares))] += TOTAL - int(shares.sum())
    return shares


def write(table: NDArray[np.uint8]) -> bytes:
    if table.size <= _SHORT:
        return table.tobytes()
    used = np.flatnonzero(table)
    first, last = int(used[0]), int(used[-1])
    return bytes([first, last]) + table[first : last + 1].tobytes()


def read(reader: Reader, codes: int) -> NDArray[np.uint8]:
    """The table of ``codes`` codes that ``write`` wrote."""
    first, last = (0, codes - 1) if codes <= _SHORT else reader.take(2)
    if not first <= last < codes:
        raise corrupt("a table of frequencies is out of bounds")
    table = np.zeros(codes, dtype=np.uint8)
    table[first : last + 1] = np.frombuffer(reader.take(last - first + 1), dtype=np.uint8)
    if not table.any():
        raise corrupt("a table of frequencies is empty")
    return table


def written_bytes(table: NDArray[np.uint8]) -> int:
    return len(write(table))
