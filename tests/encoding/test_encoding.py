"""How tensors are packed: exactly the same values back in every format, and sizes as a hand counts them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compression.encoding import Float32, Grid, decode, encode, float_levels, integer_levels
from compression.encoding.layouts import LAYOUTS

SHAPE = (6, 10, 3)
ONE = np.ones((1, 1), dtype=np.float32)


def halves(random, shape, low: float = 0.01, high: float = 3.0):
    return random.uniform(low, high, shape).astype(np.float16).astype(np.float32)


def whole(random, shape, low: int, high: int):
    return random.integers(low, high, shape).astype(np.float32)


def integers(bits, rows=6, **rest):
    def make(random):
        return Grid("int", integer_levels(bits, **rest), halves(random, (rows, 1)))

    return make


def floats(exponent, mantissa, stored="one", group=0):
    def make(random):
        scale, groups = ONE, -(-30 // group) if group else 1
        if stored == "exponent":
            scale = np.exp2(random.integers(-9, 3, (6, groups))).astype(np.float32)
        elif stored == "float32":
            scale = random.uniform(0.1, 3, (6, groups)).astype(np.float32)
        levels = float_levels(exponent, mantissa)
        return Grid("float", levels, scale, None, group, stored, exponent, mantissa)

    return make


def asymmetric(random):
    zero = whole(random, (6, 4), -2, 2)
    levels = integer_levels(2, full=True)
    return Grid("int", levels, halves(random, (6, 4)), zero, group=8, stored="float16")


def shifted(kind):
    def make(random):
        zero = random.uniform(-2, 2, (6, 1)).astype(kind).astype(np.float32)
        return Grid("int", integer_levels(4), halves(random, (6, 1)), zero, stored="float16")

    return make


def turned(random):
    scale = np.exp2(random.integers(-4, 0, (6, 1))) * random.choice([-1, 1], (6, 1))
    levels = integer_levels(3, full=True)
    return Grid("int", levels, scale.astype(np.float32), stored="exponent")


def codebook(count, kind):
    def make(random):
        levels = np.unique(random.normal(0, 1, count).astype(kind).astype(np.float32))
        return Grid("codebook", levels, ONE, stored="one")

    return make


FORMATS = {
    "binary": integers(1),
    "ternary": integers(1.58),
    **{f"int{bits}": integers(bits) for bits in (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)},
    "int4 full": integers(4, full=True),
    "int4 per tensor": integers(4, rows=1),
    "int2 asymmetric in groups": asymmetric,
    "int4 with half zeros": shifted(np.float16),
    "int4 with float zeros": shifted(np.float32),
    "int3 with scales of both signs": turned,
    "fp16": floats(5, 10),
    "bf16": floats(8, 7),
    "E5M2": floats(5, 2),
    "E4M3": floats(4, 3, "float32"),
    "E3M0": floats(3, 0, "float32"),
    "MX E2M1": floats(2, 1, "exponent", group=16),
    "codebook of 4": codebook(4, np.float16),
    "codebook of 20": codebook(20, np.float16),
    "codebook of 100 in single precision": codebook(100, np.float32),
}


def drawn(grid: Grid, random, shape=SHAPE) -> np.ndarray:
    """Values on the grid, low codes and high ones alike."""
    return grid.values(random.integers(0, grid.levels.size, shape).astype(np.uint16), shape)


def assert_same(found: Grid, grid: Grid) -> None:
    same = ("kind", "group", "stored", "exponent", "mantissa")
    assert all(getattr(found, name) == getattr(grid, name) for name in same)
    for name in ("levels", "scale", "zero"):
        left, right = getattr(found, name), getattr(grid, name)
        assert (left is None) == (right is None)
        if left is not None:
            assert left.shape == right.shape and left.dtype == np.float32
            assert np.array_equal(left, right)


@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("name", FORMATS)
def test_values_and_format_come_back_exactly(name: str, sparsity: float) -> None:
    """Zeros come back too where the grid holds none: a mask can always say where they are."""
    random = np.random.default_rng(len(name))
    grid = FORMATS[name](random)
    values = drawn(grid, random)
    values[random.random(SHAPE) < sparsity] = 0
    encoded = encode(values, grid)
    back, found = decode(encoded)
    assert np.array_equal(back, values) and back.dtype == np.float32
    assert_same(found, grid)
    assert encoded.nonzero == np.count_nonzero(values)


@pytest.mark.parametrize("name", FORMATS)
def test_equal_tensors_have_equal_bytes(name: str) -> None:
    first, second = (
        encode(drawn(FORMATS[name](random), random), FORMATS[name](np.random.default_rng(5)))
        for random in (np.random.default_rng(5), np.random.default_rng(5))
    )
    assert (first.data, first.description, first.layout) == (
        second.data, second.description, second.layout
    )  # fmt: skip


@pytest.mark.parametrize("layout", ["dense", "bitmask", "coded bitmask"])
def test_float32_uses_the_smallest_layout(layout: str) -> None:
    random = np.random.default_rng(3)
    kept = {"dense": 1.0, "bitmask": 0.5, "coded bitmask": 0.05}[layout]
    values = random.normal(size=(20, 200)).astype(np.float32)
    values[random.random(values.shape) >= kept] = 0
    encoded = encode(values, Float32())
    assert encoded.layout == layout
    assert np.array_equal(decode(encoded)[0], values)


def grid_of(levels: int) -> Grid:
    return Grid("int", np.arange(levels, dtype=np.float32) - levels // 2, ONE, stored="one")


CHOICES = {
    "dense": (16, lambda r: r.integers(-8, 8, 4000)),
    "entropy": (16, lambda r: np.clip(np.rint(r.normal(0, 1.5, 4000)), -8, 7)),
    "bitmask": (2**16, lambda r: r.integers(-(2**15), 2**15, 400) * (r.random(400) < 0.5)),
    "coded bitmask": (2**16, lambda r: r.integers(-(2**15), 2**15, 4000) * (r.random(4000) < 0.1)),
    "bitmask + entropy": (2**14, lambda r: r.integers(1, 999, 4000) * (r.random(4000) < 0.5)),
    "coded bitmask + entropy": (2**14, lambda r: r.integers(1, 999, 9000) * (r.random(9000) < 0.1)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_chosen_where_it_is_smallest(layout: str) -> None:
    levels, draw = CHOICES[layout]
    values = draw(np.random.default_rng(1)).astype(np.float32).reshape(4, -1)
    encoded = encode(values, grid_of(levels))
    assert encoded.layout == layout
    assert np.array_equal(decode(encoded)[0], values)


def test_sizes_are_what_a_hand_counts() -> None:
    random = np.random.default_rng(0)
    ones = np.ones((10, 5), dtype=np.float32)
    assert len(encode(ones, Float32()).data) == 200
    levels = np.concatenate([np.arange(-7, 8), [1] * 5]).reshape(10, 2).astype(np.float32)
    row_scales = np.ones((10, 1), dtype=np.float32)
    in_single = Grid("int", integer_levels(4), row_scales)
    in_half = Grid("int", integer_levels(4), row_scales, stored="float16")
    assert len(encode(levels, in_single).data) == 10 * 4 + 20 * 4 // 8
    assert len(encode(levels, in_half).data) == 10 * 2 + 20 * 4 // 8
    ternary = Grid("int", integer_levels(1.58), ONE, stored="one")
    assert len(encode(whole(random, (50, 10), -1, 2), ternary).data) == 100
    half = Grid("float", float_levels(5, 10), ONE, None, 0, "one", 5, 10)
    assert len(encode(np.array([0.1, 0.2, 9], np.float16).astype(np.float32), half).data) == 6


def test_group_scales_in_powers_of_two_take_as_many_bits_as_they_differ() -> None:
    scale = np.array([[0.25, 0.5], [1, 2], [0.5, 0.5], [2, 1]], dtype=np.float32)
    grid = Grid("float", float_levels(2, 1), scale, None, 32, "exponent", 2, 1)
    values = drawn(grid, np.random.default_rng(0), (4, 64))
    assert len(encode(values, grid).data) == 8 * 2 // 8 + 4 * 64 * 4 // 8


def test_special_values_and_odd_shapes_survive() -> None:
    for values in (np.array([-0.0, np.nan, np.inf], dtype=np.float32), np.zeros((0, 3), np.float32),
                   np.array(3.5, dtype=np.float32)):  # fmt: skip
        back, _ = decode(encode(values, Float32()))
        assert back.shape == values.shape
        assert np.array_equal(back, values, equal_nan=True)


def test_a_value_off_its_grid_is_refused_rather_than_moved() -> None:
    values = np.array([[1.0, 2.0, 2.5]], dtype=np.float32)
    with pytest.raises(ValueError, match="1 of 3 values are not on their grid"):
        encode(values, grid_of(8))


@pytest.mark.parametrize(
    "grid",
    [
        Grid("int", integer_levels(4), np.float32([[0.1]]), stored="float16"),
        Grid("int", integer_levels(4), np.float32([[0.3]]), stored="exponent"),
        Grid("int", integer_levels(4), np.float32([[2]]), stored="one"),
        Grid("int", integer_levels(4), np.ones((3, 1), np.float32)),
        Grid("int", np.float32([0, 1, 3]), ONE),
        Grid("float", integer_levels(4), ONE, exponent=2, mantissa=1),
    ],
)
def test_a_grid_that_would_not_come_back_is_refused(grid: Grid) -> None:
    with pytest.raises(ValueError):
        encode(np.zeros((2, 3), dtype=np.float32), grid)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_any_draw_comes_back(name: str, sparsity: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    grid = FORMATS[name](random)
    values = np.where(random.random(SHAPE) < sparsity, np.float32(0), drawn(grid, random))
    back, found = decode(encode(values, grid))
    assert np.array_equal(back, values)
    assert_same(found, grid)
