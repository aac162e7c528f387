"""How tensors are packed: exact values back, sizes by hand, corrupt bytes refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compression.encoding import Float32, Integer, decode, encode, pack_bits, unpack_bits
from compression.errors import ArtifactError


@given(st.integers(2, 16), st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_packed_codes_come_back_in_the_fewest_bytes(bits: int, count: int, seed: int) -> None:
    codes = np.random.default_rng(seed).integers(0, 2**bits, count).astype(np.uint16)
    data = pack_bits(codes, bits)
    assert len(data) == -(-count * bits // 8)
    assert np.array_equal(unpack_bits(data, bits, count), codes)


def test_four_bit_codes_lie_two_to_a_byte_high_half_first() -> None:
    assert pack_bits(np.array([0xA, 0x5, 0xF], dtype=np.uint16), 4) == bytes([0xA5, 0xF0])


@given(st.integers(2, 8), st.floats(0, 1), st.sampled_from([1, 6]), st.integers(0, 2**32 - 1))
def test_integer_tensors_come_back_bit_for_bit(
    bits: int, sparsity: float, scales: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    number_format = Integer(bits, random.uniform(1e-6, 3, scales).astype(np.float32))
    codes = random.integers(-number_format.largest, number_format.largest + 1, (6, 3, 3))
    codes[random.random(codes.shape) < sparsity] = 0
    values = codes.astype(np.float32) * number_format.broadcast_scale(3)
    back, found = decode(encode(values, number_format))
    assert np.array_equal(back, values)
    assert isinstance(found, Integer) and found.bits == bits


def test_sizes_are_what_a_hand_counts() -> None:
    dense = np.ones((10, 5), dtype=np.float32)
    assert len(encode(dense, Float32()).data) == 200
    four_bits = encode(dense, Integer(4, np.ones(10, dtype=np.float32)))
    assert len(four_bits.data) == 10 * 4 + 50 * 4 // 8
    sparse = np.zeros(800, dtype=np.float32)
    sparse[:10] = 1.5
    encoded = encode(sparse, Float32())
    assert encoded.layout == "bitmask"
    assert len(encoded.data) == 800 // 8 + 10 * 4


def test_a_mask_is_only_used_where_it_saves_bytes() -> None:
    nearly_full = np.ones(800, dtype=np.float32)
    nearly_full[:10] = 0
    assert encode(nearly_full, Float32()).layout == "dense"


def test_special_values_and_odd_shapes_survive() -> None:
    for values in (np.array([-0.0, np.nan, np.inf], dtype=np.float32), np.zeros((0, 3), np.float32),
                   np.array(3.5, dtype=np.float32)):  # fmt: skip
        back, _ = decode(encode(values, Float32()))
        assert back.shape == values.shape
        assert np.array_equal(back, values, equal_nan=True)


def test_bytes_that_do_not_fit_the_description_are_refused() -> None:
    encoded = encode(np.arange(1, 9, dtype=np.float32), Float32())
    for wrong in (encoded.data[:-1], encoded.data + b"\0", b""):
        with pytest.raises(ArtifactError):
            decode(replace(encoded, data=wrong))
