"""The entropy coder: as short as Shannon allows, exact, quick, and unmoved by hostile bytes."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compression.encoding import Grid, codes, decode, encode, frequencies, integer_levels
from compression.encoding.bits import packed_bytes
from compression.encoding.reader import Reader
from compression.errors import ArtifactError


def shannon_bytes(values: np.ndarray) -> float:
    """n times the entropy of the empirical distribution."""
    share = np.unique(values, return_counts=True)[1] / values.size
    return float(-(share * np.log2(share)).sum() * values.size / 8)


def drawn(levels: int, concentration: float, count: int, seed: int = 0) -> np.ndarray:
    """Codes around the middle, half of them within ``concentration`` of all levels."""
    random = np.random.default_rng(seed)
    centred = random.laplace(0, concentration * levels, count) + levels / 2
    return np.clip(np.floor(centred), 0, levels - 1).astype(np.uint16)


@pytest.mark.parametrize("concentration", [0.01, 0.05, 0.1])
@pytest.mark.parametrize("levels", [2, 3, 4, 7, 15, 16, 31, 64, 127, 255, 256])
def test_the_length_is_shannon_s_bound(levels: int, concentration: float) -> None:
    values = drawn(levels, concentration, 30_000)
    if levels == 2:
        values = (np.random.default_rng(0).random(30_000) < concentration).astype(np.uint16)
    data, coded = codes.write(values, levels)
    assert coded
    assert len(data) <= 1.02 * shannon_bytes(values) + levels + 10
    assert np.array_equal(codes.read(Reader(data), levels, values.size, coded=True), values)


@pytest.mark.parametrize("levels", [511, 1023, 4095, 65_535])
def test_long_codes_are_as_short_as_their_distribution(levels: int) -> None:
    """A Laplace distribution of scale b has log2(2 e b) bits."""
    values = drawn(levels, 0.03, 30_000)
    data, coded = codes.write(values, levels)
    bound = 30_000 * np.log2(2 * np.e * 0.03 * levels) / 8
    assert coded and len(data) < 1.01 * bound + 256
    assert np.array_equal(codes.read(Reader(data), levels, values.size, coded=True), values)


@pytest.mark.parametrize("levels", [2, 4, 256, 2**16])
def test_codes_without_a_pattern_stay_packed(levels: int) -> None:
    values = np.random.default_rng(0).integers(0, levels, 5000).astype(np.uint16)
    data, coded = codes.write(values, levels)
    assert not coded and len(data) == packed_bytes(5000, levels)


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 2**16), st.floats(0.001, 2), st.integers(0, 3000), st.integers(0, 2**32 - 1))
def test_any_list_comes_back_and_never_grows(
    levels: int, concentration: float, count: int, seed: int
) -> None:
    values = drawn(levels, concentration, count, seed)
    data, coded = codes.write(values, levels)
    assert len(data) <= packed_bytes(count, levels)
    assert np.array_equal(codes.read(Reader(data), levels, count, coded=coded), values)


def test_one_value_alone_takes_a_few_bytes() -> None:
    data, coded = codes.write(np.full(100_000, 5, dtype=np.uint16), 16)
    assert coded and len(data) == 1 + 16 + 5


def test_bytes_of_today_are_read_tomorrow() -> None:
    """If this fails, files of before can no longer be read: raise the number in the file's magic."""
    values = np.repeat(np.arange(5, dtype=np.uint16), [50, 9, 20, 0, 1])
    data, coded = codes.write(values, 5)
    assert coded and data.hex() == "00ffd7e900a4c33cc7cf240e02d33c60b434fbcbfbaaf9"
    assert np.array_equal(codes.read(Reader(data), 5, 80, coded=True), values)


def test_nine_zeros_in_ten_cost_half_a_bit_each() -> None:
    random = np.random.default_rng(0)
    values = np.where(random.random((64, 576)) < 0.9, 0, random.choice([-1, 1], (64, 576)))
    grid = Grid("int", integer_levels(1.58), np.ones((1, 1), np.float32), stored="one")
    encoded = encode(values.astype(np.float32), grid)
    bound = (0.9 * np.log2(1 / 0.9) + 0.1 * np.log2(1 / 0.05)) * values.size / 8
    assert encoded.layout == "entropy"
    assert 0.97 * bound < len(encoded.data) < 1.03 * bound
    assert len(encoded.data) < values.size / 8 + 0.1 * values.size / 8, "less than mask + signs"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=256).filter(any))
def test_a_table_is_near_the_counts_and_its_symbols_fill_the_range(counts: list[int]) -> None:
    counted = np.array(counts)
    table = frequencies.marks(counted)
    weights = frequencies.weights(table)
    assert ((weights > 0) == (counted > 0)).all()
    share, wanted = weights / weights.max(), counted / counted.max()
    frequent = wanted > 2**-14
    assert np.allclose(share[frequent], wanted[frequent], rtol=0.05)
    found = frequencies.symbol_frequencies(table, frequencies.block_length(table.size))
    assert found.sum() == 2**16 and (found >= 0).all()
    assert np.array_equal(frequencies.read(Reader(frequencies.write(table)), table.size), table)


def sparse_tensor(levels: int = 15) -> Grid:
    return Grid(
        "int", np.arange(levels, dtype=np.float32) - levels // 2, np.ones((1, 1), np.float32)
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["flip", "cut", "add", "noise"]))
def test_damaged_bytes_are_refused_or_decode_to_other_values_on_the_grid(
    seed: int, how: str
) -> None:
    """The file's checksum notices any damage; here the coder itself must survive it, in bounded time."""
    random = np.random.default_rng(seed)
    grid = sparse_tensor(int(random.choice([3, 15, 255, 4095])))
    values = drawn(grid.levels.size, 0.02, 600, seed).astype(np.float32) - grid.levels.size // 2
    values[random.random(600) < random.choice([0, 0.9])] = 0
    encoded = encode(values.reshape(20, 30), grid)
    data = bytearray(encoded.data)
    where = int(random.integers(len(data)))
    if how == "flip":
        data[where] ^= int(random.integers(1, 256))
    elif how == "cut":
        del data[where:]
    elif how == "add":
        data += b"\0"
    else:
        data[4:] = random.bytes(len(data) - 4)
    try:
        back, found = decode(replace(encoded, data=bytes(data)))
    except ArtifactError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert how in ("flip", "noise")
        assert back.shape == (20, 30) and np.array_equal(found.round(back), back)


def test_a_long_hostile_stream_ends_with_the_tensor() -> None:
    encoded = encode(np.zeros((10, 100), dtype=np.float32), sparse_tensor())
    started = time.process_time()
    with pytest.raises(ArtifactError):
        decode(replace(encoded, data=encoded.data + bytes(10**7)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "description",
    [
        [["i", -7, 7, 1]],
        [["i", -7, 7, 0], [0, 0, "s"], []],
        [["i", 7, -7, 1], [0, 0, "s"], []],
        [["i", 0, 2**29, 1], [0, 0, "s"], []],
        [["i", -7.5, 7, 1], [0, 0, "s"], []],
        [["f", 8, 10], [0, 0, "s"], []],
        [["f", 4000, 3], [0, 0, "s"], []],
        [["c", 2**40], [0, 0, "s"], []],
        [["x", 1], [0, 0, "s"], []],
        [["i", -7, 7, 1], [0, 0, "z"], []],
        [["i", -7, 7, 1], [2, 0, "s"], []],
        [["i", -7, 7, 1], [0, -1, "s"], []],
        [["i", -7, 7, 1], [1, 1, "s"], []],
        [["i", -7, 7, 1], [0, 0, "e", 500, 3, 0], []],
        [["i", -7, 7, 1], [0, 0, "e", "a", 3, 0], []],
        [["i", -7, 7, 1], [0, 0, "s"], ["i", 0, 2**40]],
        [["i", -7, 7, 1], None, []],
        {"i": 1},
        "text",
    ],
)
def test_an_untrue_description_is_refused(description) -> None:
    encoded = encode(np.ones((4, 5), dtype=np.float32), sparse_tensor())
    with pytest.raises(ArtifactError):
        decode(replace(encoded, description=description))


def test_scales_that_are_no_numbers_are_refused() -> None:
    encoded = encode(np.ones((4, 5), dtype=np.float32), sparse_tensor())
    for scale in (0.0, np.nan, np.inf):
        with pytest.raises(ArtifactError):
            decode(replace(encoded, data=np.float32(scale).tobytes() + encoded.data[4:]))
