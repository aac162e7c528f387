"""Codes packed to the bit: as many bits each as their number of levels needs, five to a byte for three levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compression.encoding.reader import Reader, corrupt

Codes = NDArray[np.uint16] | NDArray[np.uint32]

WORDS = 2**32
"""So many levels stand for the 32-bit words of float32 values."""

_TRITS = np.array([81, 27, 9, 3, 1], dtype=np.uint8)


def code_bits(levels: int) -> int:
    """Whole bits that a code of ``levels`` levels needs: 0 for one level."""
    return (levels - 1).bit_length()


def packed_bytes(count: int, levels: int) -> int:
    """Length of ``pack``'s result."""
    return -(-count // 5) if levels == 3 else -(-count * code_bits(levels) // 8)


def pack(codes: Codes, levels: int) -> bytes:
    """Codes [n] below ``levels`` as a stream of bits, most significant bit first."""
    if levels == WORDS:
        return codes.astype("<u4").tobytes()
    if levels == 3:
        fives = np.zeros(-(-codes.size // 5) * 5, dtype=np.uint8)
        fives[: codes.size] = codes
        return (fives.reshape(-1, 5) * _TRITS).sum(axis=1, dtype=np.uint8).tobytes()
    bits = code_bits(levels)
    if bits == 8:
        return codes.astype(np.uint8).tobytes()
    shifts = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    stream = ((codes.astype(np.uint16)[:, None] >> shifts) & 1).astype(np.uint8)
    return np.packbits(stream.ravel()).tobytes()


def unpack(reader: Reader, levels: int, count: int) -> Codes:
    """The ``count`` codes that ``pack`` wrote; ArtifactError if one is not below ``levels``."""
    raw = np.frombuffer(reader.take(packed_bytes(count, levels)), dtype=np.uint8)
    if levels == WORDS:
        return raw.view("<u4")
    bits = code_bits(levels)
    if levels == 3:
        codes = raw[:, None] // _TRITS
        codes[:, 1:] %= 3
        codes = codes.ravel()[:count].astype(np.uint16)
    elif bits == 8:
        codes = raw.astype(np.uint16)
    else:
        stream = np.unpackbits(raw, count=count * bits).reshape(count, bits)
        weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint16)
        codes = (stream * weights).sum(axis=1, dtype=np.uint16)
    if count and int(codes.max()) >= levels:
        raise corrupt("a tensor holds a code that its format doesn't have")
    return codes
