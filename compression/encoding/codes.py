"""A list of codes in as few bytes as we know: packed to the bit, or entropy-coded where that saves 2 %."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.encoding import entropy, frequencies
from compression.encoding.bits import WORDS, Codes, code_bits, pack, packed_bytes, unpack
from compression.encoding.reader import Reader, corrupt

WORTH = 0.98
"""What is entropy-coded or masked takes at most this share of what is not: less gain isn't worth its time."""

_OVERHEAD = 7.5
"""Bytes besides table and codes: the number of raw bits, the state, the last word's unused part."""

_MOST_RAW = 4
"""Of a code's lowest bits, so many more than necessary may be stored raw, which makes the table shorter."""

_SHORT_TABLE = 16
"""A table of so few bytes need not become shorter."""


@dataclass(frozen=True)
class Plan:
    """How a list would be stored best; ``table`` is None where it is packed. ``bytes`` is an estimate."""

    bytes: float
    raw_bits: int = 0
    table: NDArray[np.uint8] | None = None


def plan(codes: Codes, levels: int) -> Plan:
    """The better of packing codes [n] below ``levels`` and entropy coding them."""
    best = Plan(packed_bytes(codes.size, levels))
    if levels == WORDS or levels == 1 or best.bytes < 16:
        return best
    worth = WORTH * best.bytes
    fewest = max(0, code_bits(levels) - 8)
    counts = np.bincount(codes >> fewest, minlength=_ceil_shift(levels, fewest))
    for raw_bits in range(fewest, min(fewest + _MOST_RAW, code_bits(levels))):
        folded = _fold(counts, raw_bits - fewest)
        if raw_bits > fewest and folded.size <= _SHORT_TABLE:
            break
        table = frequencies.marks(folded)
        weight = frequencies.weights(table)
        used = folded > 0
        bits = float((folded[used] * np.log2(weight.sum() / weight[used])).sum())
        bits += raw_bits * codes.size
        size = bits / 8 + frequencies.written_bytes(table) + _OVERHEAD
        if size < min(worth, best.bytes):
            best = Plan(size, raw_bits, table)
    return best


def write(codes: Codes, levels: int, chosen: Plan | None = None) -> tuple[bytes, bool]:
    """The codes' bytes, and whether they are entropy-coded."""
    chosen = plan(codes, levels) if chosen is None else chosen
    if chosen.table is not None:
        coded = _write_coded(codes, chosen.raw_bits, chosen.table)
        if len(coded) < packed_bytes(codes.size, levels):
            return coded, True
    return pack(codes, levels), False


def read(reader: Reader, levels: int, count: int, *, coded: bool) -> Codes:
    """The ``count`` codes that ``write`` wrote."""
    if not coded:
        return unpack(reader, levels, count)
    raw_bits = reader.take(1)[0]
    if levels == WORDS or not max(0, code_bits(levels) - 8) <= raw_bits < code_bits(levels):
        raise corrupt("a tensor's codes are split where they can't be")
    table = frequencies.read(reader, _ceil_shift(levels, raw_bits))
    length = frequencies.block_length(table.size)
    symbol_frequencies = frequencies.symbol_frequencies(table, length)
    symbols = entropy.expand(reader, symbol_frequencies, -(-count // length))
    places = table.size ** np.arange(length - 1, -1, -1)
    digits = symbols[:, None].astype(np.int64) // places % table.size
    codes = (digits.ravel()[:count] << raw_bits).astype(np.uint16)
    if raw_bits:
        codes |= unpack(reader, 2**raw_bits, count).astype(np.uint16)
        if count and int(codes.max()) >= levels:
            raise corrupt("a tensor holds a code that its format doesn't have")
    return codes


def _write_coded(codes: Codes, raw_bits: int, table: NDArray[np.uint8]) -> bytes:
    length = frequencies.block_length(table.size)
    blocks = np.full(-(-codes.size // length) * length, int(np.argmax(table)), dtype=np.int64)
    blocks[: codes.size] = codes >> raw_bits
    places = table.size ** np.arange(length - 1, -1, -1)
    symbols = (blocks.reshape(-1, length) @ places).astype(np.uint8)
    coded = entropy.compress(symbols, frequencies.symbol_frequencies(table, length))
    raw = pack(codes & (2**raw_bits - 1), 2**raw_bits) if raw_bits else b""
    return bytes([raw_bits]) + frequencies.write(table) + coded + raw


def _fold(counts: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Counts of the codes without their lowest bits."""
    return np.add.reduceat(counts, np.arange(0, counts.size, 2**bits))


def _ceil_shift(levels: int, bits: int) -> int:
    return -(-levels >> bits)
