"""Codes packed to the bit, against what a hand writes down."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compression.encoding.bits import pack, packed_bytes, unpack
from compression.encoding.reader import Reader
from compression.errors import ArtifactError


@given(st.integers(1, 2**16), st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_packed_codes_come_back_in_the_fewest_whole_bits(
    levels: int, count: int, seed: int
) -> None:
    codes = np.random.default_rng(seed).integers(0, levels, count).astype(np.uint16)
    data = pack(codes, levels)
    bits = 8 / 5 if levels == 3 else int(np.ceil(np.log2(levels)))
    assert len(data) == packed_bytes(count, levels) == int(np.ceil(count * bits / 8))
    assert np.array_equal(unpack(Reader(data), levels, count), codes)


def test_four_bit_codes_lie_two_to_a_byte_high_half_first() -> None:
    assert pack(np.array([0xA, 0x5, 0xF], dtype=np.uint16), 16) == bytes([0xA5, 0xF0])


def test_five_ternary_codes_share_a_byte() -> None:
    assert pack(np.array([2, 1, 0, 2, 1, 2], dtype=np.uint16), 3) == bytes([196, 162])


def test_a_code_that_the_format_lacks_is_refused() -> None:
    for levels, byte in ((3, 243), (3, 255), (7, 0xFF), (200, 0xFF)):
        with pytest.raises(ArtifactError):
            unpack(Reader(bytes([byte])), levels, 1)
