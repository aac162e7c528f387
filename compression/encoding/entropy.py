"""An entropy coder: frequent symbols take few bits, down to small fractions of one.

Asymmetric numeral systems in their range variant, rANS (Duda, 2013, arXiv:1311.2540), on one Python integer:
a symbol of frequency f out of TOTAL takes log2(TOTAL / f) bits. Interleaving several states would let NumPy do the
work, but each costs four bytes a tensor, which our models are too small for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compression.encoding.frequencies import TOTAL
from compression.encoding.reader import Reader, corrupt

_LOWEST = 2**24
"""The state stays from here to 2^16 times as much, so that it sheds and takes whole 16-bit words."""

_STATE_BYTES = 5


def compress(symbols: NDArray[np.uint8], frequencies: NDArray[np.int64]) -> bytes:
    """Symbols [n] as the last state, then the words in the order in which they are read."""
    frequency, start = frequencies.tolist(), _starts(frequencies)
    gap = [TOTAL - f for f in frequency]
    limit = [f << 24 for f in frequency]  # _LOWEST / TOTAL * f, times a word
    state, words = _LOWEST, []
    for symbol in symbols.tobytes()[::-1]:
        if state >= limit[symbol]:
            words.append(state & 0xFFFF)
            state >>= 16
        state += state // frequency[symbol] * gap[symbol] + start[symbol]
    return state.to_bytes(_STATE_BYTES, "little") + np.array(words[::-1], dtype="<u2").tobytes()


def expand(reader: Reader, frequencies: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
    """The ``count`` symbols that ``compress`` wrote, read up to where they end."""
    frequency, start = frequencies.tolist(), _starts(frequencies)
    owner = np.repeat(np.arange(frequencies.size, dtype=np.uint8), frequencies).tobytes()
    state = int.from_bytes(reader.take(_STATE_BYTES), "little")
    rest = reader.peek(2 * count)
    words = np.frombuffer(rest[: len(rest) // 2 * 2], dtype="<u2").tolist()
    symbols, used = bytearray(count), 0
    try:
        for index in range(count):
            slot = state & 0xFFFF
            symbols[index] = symbol = owner[slot]
            state = frequency[symbol] * (state >> 16) + slot - start[symbol]
            if state < _LOWEST:
                state = state << 16 | words[used]
                used += 1
    except IndexError:
        raise corrupt("a tensor's codes end too early") from None
    if state != _LOWEST:
        raise corrupt("a tensor's codes don't end where they should")
    reader.take(2 * used)
    return np.frombuffer(symbols, dtype=np.uint8)


def _starts(frequencies: NDArray[np.int64]) -> list[int]:
    return (np.cumsum(frequencies) - frequencies).tolist()
