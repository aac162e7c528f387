"""Grids against PyTorch's own number formats and fake quantization, and a second writing of OCP's rules."""

import numpy as np
import pytest
import torch

from compression.encoding.formats import float_levels
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import BITS, Quantize

FITS = ("absmax", "mse", "gram")
FORMATS = (
    *({"bits": bits} for bits in BITS),
    *({"bits": bits, "scheme": "asymmetric"} for bits in (1, 1.58, 2, 4, 8, 16)),
    {"bits": 4, "per": "tensor"},
    {"bits": 4, "group": 16},
    {"bits": 3, "group": 16, "scheme": "asymmetric"},
    {"bits": 4, "scales": "power-of-two"},
    {"bits": 4, "scales": "power-of-two", "scheme": "asymmetric"},
    *(
        {"format": "float", "exponent": exponent, "mantissa": mantissa}
        for exponent, mantissa in ((1, 1), (2, 1), (3, 2), (4, 3), (5, 2), (7, 2), (8, 0), (8, 7))
    ),
    {"format": "float", "exponent": 2, "mantissa": 1, "group": 32, "scales": "power-of-two"},
    *({"format": "codebook", "bits": bits} for bits in (1, 1.58, 4, 8)),
)
formats = pytest.mark.parametrize(
    "knobs", FORMATS, ids=lambda knobs: ",".join(map(str, knobs.values()))
)


def weight(rows: int = 8, inputs: int = 54, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, inputs, generator=generator) * torch.logspace(-2, 0, rows)[:, None]


def gram(inputs: int = 54) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(200, 8, generator=generator) @ torch.randn(8, inputs, generator=generator)
    x += 0.3 * torch.randn(200, inputs, generator=generator)
    return (x.T @ x / 200)[None]


def grid_of(values: torch.Tensor, fit: str = "absmax", **knobs):
    step = Quantize(**knobs)
    bits = step.float_bits if step.format == "float" else step.bits
    needed = gram(values[0].numel()) if fit == "gram" else None
    return make_grid(values, step, bits, fit=fit, gram=needed)


def loss(values: torch.Tensor, grid, matrix: torch.Tensor) -> torch.Tensor:
    """(w - q)^T G (w - q) of each row."""
    residual = values - torch.from_numpy(grid.round(values.numpy()))
    return ((residual @ matrix) * residual).sum(1)


@pytest.mark.parametrize("fit", FITS)
@formats
def test_every_format_can_be_stored_and_rounds_its_own_values_to_themselves(knobs, fit):
    grid = grid_of(weight(), fit, **knobs)
    rounded = grid.round(weight().numpy())
    assert np.isfinite(rounded).all() and np.array_equal(grid.round(rounded), rounded)
    assert np.all(np.abs(grid.scale) >= np.finfo(np.float32).tiny)
    stored = [grid.scale] if grid.zero is None else [grid.scale, grid.zero]
    if grid.stored == "float16":
        assert all(np.array_equal(values.astype(np.float16), values) for values in stored)
    if grid.stored == "exponent":
        assert np.all(np.frexp(grid.scale)[0] == 0.5)


@pytest.mark.parametrize("fit", FITS)
@formats
def test_rows_without_any_weight_stay_zero_or_finite(knobs, fit):
    values = weight()
    values[2], values[5] = 0.0, 0.25
    values[6, :40] = 0.0
    grid = grid_of(values, fit, **knobs)
    rounded = grid.round(values.numpy())
    assert np.isfinite(grid.scale).all() and (grid.scale != 0).all() and np.isfinite(rounded).all()
    if knobs.get("bits", 2) > 1:
        assert not rounded[2].any()
    assert np.isfinite(grid_of(torch.zeros(3, 40), fit, **knobs).round(np.zeros((3, 40)))).all()


@pytest.mark.parametrize("bits", [3, 4, 8])
def test_symmetric_integers_are_pytorchs(bits):
    values = weight()
    grid = grid_of(values, bits=bits)
    high = 2 ** (bits - 1) - 1
    scale = torch.from_numpy(grid.scale[:, 0])
    zeros = torch.zeros(len(scale), dtype=torch.int32)
    theirs = torch.fake_quantize_per_channel_affine(values, scale, zeros, 0, -high, high)
    assert np.allclose(grid.round(values.numpy()), theirs, rtol=1e-6)
    assert np.allclose(scale, values.abs().amax(1) / high, rtol=1e-3)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_asymmetric_integers_are_pytorchs(bits):
    values = weight() + torch.linspace(-0.5, 1, 8)[:, None]
    grid = grid_of(values, bits=bits, scheme="asymmetric")
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    zeros = torch.from_numpy(grid.zero[:, 0]).int()
    theirs = torch.fake_quantize_per_channel_affine(
        values, torch.from_numpy(grid.scale[:, 0]), zeros, 0, low, high
    )
    assert np.allclose(grid.round(values.numpy()), theirs, rtol=1e-5, atol=1e-6)
    assert np.abs(grid.round(values.numpy()) - values.numpy()).max() <= 0.51 * grid.scale.max()


@pytest.mark.parametrize(
    ("exponent", "mantissa", "dtype"),
    [
        (4, 3, torch.float8_e4m3fn),
        (5, 2, torch.float8_e5m2),
        (5, 10, torch.float16),
        (8, 7, torch.bfloat16),
    ],
)
def test_floats_are_pytorchs(exponent, mantissa, dtype):
    every = torch.arange(256 if mantissa < 5 else 65536).to(
        torch.uint8 if mantissa < 5 else torch.uint16
    )
    theirs = every.view(dtype).float()
    theirs = torch.unique(theirs[theirs.isfinite()] + 0.0)
    assert np.array_equal(float_levels(exponent, mantissa), theirs.numpy())


@pytest.mark.parametrize(
    "dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.float16, torch.bfloat16]
)
def test_floats_round_as_pytorchs_conversion(dtype):
    shapes = {torch.float8_e4m3fn: (4, 3), torch.float8_e5m2: (5, 2), torch.float16: (5, 10)}
    exponent, mantissa = shapes.get(dtype, (8, 7))
    values = weight(inputs=500)
    grid = grid_of(values, format="float", exponent=exponent, mantissa=mantissa)
    scale = torch.from_numpy(grid.scale)
    largest = float(grid.levels[-1])
    theirs = (values / scale).clamp(-largest, largest).to(dtype).float() * scale
    assert np.array_equal(grid.round(values.numpy()), theirs.numpy())
    assert grid.stored == ("one" if mantissa > 3 else grid.stored)


@pytest.mark.parametrize(
    ("exponent", "mantissa", "emax"), [(2, 1, 2), (2, 3, 2), (3, 2, 4), (4, 3, 8), (5, 2, 15)]
)
def test_microscaling_follows_the_open_compute_project(exponent, mantissa, emax):
    values = weight(inputs=80).numpy()
    knobs = {"format": "float", "exponent": exponent, "mantissa": mantissa}
    grid = grid_of(torch.from_numpy(values), **knobs, group=32, scales="power-of-two")
    assert grid.stored == "exponent" and grid.scale.shape == (8, 3)
    levels = float_levels(exponent, mantissa)
    for row in range(8):
        for start in range(0, 80, 32):
            block = values[row, start : start + 32]
            shared = 2.0 ** (np.floor(np.log2(np.abs(block).max())) - emax)
            expected = levels[np.abs(block[:, None] / shared - levels).argmin(1)] * shared
            assert np.array_equal(grid.round(values)[row, start : start + 32], expected)


@pytest.mark.parametrize("bits", [2, 3, 4, 6])
def test_power_of_two_scales_never_clip_at_absmax(bits):
    values = weight()
    grid = grid_of(values, bits=bits, scales="power-of-two")
    reach = grid.scale[:, 0] * grid.levels[-1]
    largest = values.abs().amax(1).numpy()
    assert np.all(reach >= largest) and np.all(reach < 2 * largest)


def test_binary_weights_have_their_mean_magnitude():
    grid = grid_of(weight(), bits=1)
    assert np.allclose(grid.scale[:, 0], weight().abs().mean(1), rtol=1e-3)


def test_ternary_weights_of_a_normal_distribution_have_the_known_error():
    values = weight(4, 4000) / weight(4, 4000).std(1, keepdim=True)
    # The best symmetric quantizer of a normal distribution with 3 levels: 0.1902 (Max, 1960, table I).
    error = loss(values, grid_of(values, bits=1.58), torch.eye(4000)) / 4000
    assert torch.allclose(error, torch.full((4,), 0.1902), atol=0.012)


def test_evenly_spaced_levels_of_a_normal_distribution_have_the_known_error():
    values = weight(4, 4000) / weight(4, 4000).std(1, keepdim=True)
    # The best even spacing of 15 and of 16 levels: 0.01313 and 0.01154 (Max, 1960, table II).
    error = loss(values, grid_of(values, "mse", bits=4), torch.eye(4000)) / 4000
    assert torch.all((error > 0.0105) & (error < 0.0133))


@pytest.mark.parametrize(
    "knobs",
    [
        {"bits": 2},
        {"bits": 4},
        {"bits": 4, "group": 16},
        {"format": "float", "exponent": 2, "mantissa": 1},
    ],
)
def test_a_fit_serves_what_it_is_asked_for(knobs):
    values = weight(64)
    absmax, mse, fitted = (grid_of(values, fit, **knobs) for fit in FITS)
    plain = torch.eye(54)
    assert torch.all(loss(values, mse, plain) <= 1.001 * loss(values, absmax, plain))
    assert loss(values, mse, plain).sum() < 0.95 * loss(values, absmax, plain).sum()
    assert loss(values, fitted, gram()[0]).sum() < loss(values, mse, gram()[0]).sum()


def test_each_share_of_the_rows_is_fitted_to_its_own_inputs():
    values, step = weight(8, 9), Quantize(bits=2)
    grams = torch.stack(
        [torch.diag(torch.rand(9, generator=torch.Generator().manual_seed(i))) for i in range(4)]
    )
    together = make_grid(values, step, 2, fit="gram", gram=grams)
    for share in range(4):
        rows = slice(2 * share, 2 * share + 2)
        alone = make_grid(values[rows], step, 2, fit="gram", gram=grams[share])
        assert np.allclose(together.scale[rows], alone.scale, rtol=1e-3)


def test_a_fitted_range_turns_around_where_the_lowest_code_serves_better():
    values = torch.tensor([[0.9, 0.4, -0.5, 0.0, 1.0], [-0.9, -0.4, 0.5, 0.0, -1.0]])
    grid = grid_of(values, "mse", bits=2)
    assert grid.scale[0, 0] < 0 < grid.scale[1, 0]
    assert np.abs(grid.round(values.numpy()) - values.numpy()).max() < 0.11


def test_a_group_longer_than_a_row_is_a_row():
    assert grid_of(weight(4, 9), bits=4, group=64).group == 0


def test_small_scales_are_written_in_full_where_half_precision_would_show():
    assert grid_of(weight(), bits=4).stored == "float16"
    assert grid_of(weight(), bits=14).stored == "float32"
    assert grid_of(weight() * 1e-6, bits=8).stored == "float32"
    assert grid_of(weight(), bits=4, per="tensor").stored == "float32"


@pytest.mark.parametrize(("bits", "shape"), [(4, (2, 1)), (8, (2, 5)), (3, (2, 0)), (2, (1, 0))])
def test_a_float_of_other_bits_keeps_its_exponent_if_it_can(bits, shape):
    grid = make_grid(weight(), Quantize(format="float", exponent=2, mantissa=1), bits, fit="absmax")
    assert (grid.exponent, grid.mantissa) == shape


def test_gram_needs_a_gram():
    with pytest.raises(ValueError, match="Gram matrix"):
        make_grid(weight(), Quantize(), 4, fit="gram")
