"""HQQ: fewer small errors than rounding to nearest, from the weight alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from compression.techniques.quantization import hqq
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import Quantize


def weight(rows: int = 16, inputs: int = 288) -> torch.Tensor:
    torch.manual_seed(0)
    spread = torch.distributions.StudentT(4.0).sample((rows, inputs))
    return 0.05 * spread + torch.linspace(-0.02, 0.02, rows)[:, None]


def error(values: torch.Tensor, grid, power: float) -> torch.Tensor:
    residual = values - torch.from_numpy(grid.round(values.numpy()))
    return residual.abs().pow(power).mean(1)


@pytest.mark.parametrize("power", [0.7, 1.0])
@pytest.mark.parametrize("bits", [2, 3, 4])
def test_errors_are_smaller_than_with_nearest(bits, power):
    ours = error(weight(), hqq.fit(weight(), Quantize(bits=bits, method="hqq"), bits), power)
    for scheme, share in (("symmetric", 0.95), ("asymmetric", 1.0)):
        nearest = make_grid(weight(), Quantize(bits=bits, scheme=scheme), bits, fit="absmax")
        assert ours.mean() < share * error(weight(), nearest, power).mean()


def test_the_zero_point_is_nearly_the_best_of_many():
    step = Quantize(bits=2, method="hqq")
    grid = hqq.fit(weight(), step, 2)
    ours = error(weight(), grid, 0.7)
    every = np.linspace(-2.5, 1.5, 161, dtype=np.float32)
    others = [
        error(weight(), replace(grid, zero=np.full_like(grid.scale, zero)), 0.7) for zero in every
    ]
    best, worst = torch.stack(others).amin(0), torch.stack(others).amax(0)
    assert torch.all(ours <= best + 0.1 * (worst - best))


@pytest.mark.parametrize("group", [0, 32])
def test_zero_points_are_fractions_in_half_precision(group):
    step = Quantize(bits=3, scheme="asymmetric", method="hqq", group=group)
    grid = hqq.fit(weight(), step, 3)
    assert grid.zero is not None and grid.zero.shape == grid.scale.shape == (16, 9 if group else 1)
    assert grid.stored == "float16" and np.array_equal(grid.zero, grid.zero.astype(np.float16))
    assert np.any(grid.zero != np.rint(grid.zero))


def test_floats_have_no_zero_point():
    step = Quantize(format="float", exponent=2, mantissa=1, method="hqq")
    assert hqq.fit(weight(), step, 4).zero is None


def test_a_shifted_row_costs_no_more_than_a_centred_one():
    step = Quantize(bits=3, scheme="asymmetric", method="hqq")
    centred, shifted = weight(1), weight(1) + 0.1
    ratio = error(shifted, hqq.fit(shifted, step, 3), 0.7) / error(
        centred, hqq.fit(centred, step, 3), 0.7
    )
    assert ratio < 1.05


def test_pruned_weights_stay_zero():
    values = weight()
    values[:, ::3] = 0
    for bits in (2, 3, 4, 8):
        grid = hqq.fit(values, Quantize(bits=bits, scheme="asymmetric", method="hqq"), bits)
        assert not grid.round(values.numpy())[:, ::3].any()


@pytest.mark.parametrize(
    "knobs",
    [
        {"bits": 1},
        {"bits": 1.58, "scheme": "asymmetric"},
        {"bits": 8, "scheme": "asymmetric"},
        {"bits": 4, "per": "tensor"},
        {"bits": 4, "scales": "power-of-two"},
        {"bits": 4, "scales": "power-of-two", "scheme": "asymmetric"},
        {"format": "float", "exponent": 2, "mantissa": 1},
        {"format": "float", "exponent": 8, "mantissa": 7},
        {"format": "codebook", "bits": 3},
    ],
    ids=lambda knobs: ",".join(map(str, knobs.values())),
)
def test_every_format_is_finite_and_close(knobs):
    step = Quantize(method="hqq", **knobs)
    values = weight()
    values[3] = 0
    bits = step.float_bits if step.format == "float" else step.bits
    grid = hqq.fit(values, step, bits)
    assert np.isfinite(grid.scale).all() and (grid.scale != 0).all()
    if knobs.get("scales"):
        assert np.all(np.frexp(grid.scale)[0] == 0.5)
    assert error(values, grid, 1.0).mean() < 0.8 * values.abs().mean()


def test_twice_the_same():
    step = Quantize(bits=3, scheme="asymmetric", method="hqq")
    first, second = (hqq.fit(weight(), step, 3) for _ in range(2))
    assert np.array_equal(first.scale, second.scale) and np.array_equal(first.zero, second.zero)
