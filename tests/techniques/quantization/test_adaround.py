"""AdaRound: outputs closer to the original's than with rounding to nearest, on the same grid."""

import itertools

import numpy as np
import pytest
import torch

from compression.techniques.quantization import adaround
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import Quantize


def inputs(width: int, count: int = 400) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    mixed = torch.randn(count, 12, generator=generator) @ torch.randn(
        12, width, generator=generator
    )
    return torch.relu(mixed + 0.3 * torch.randn(count, width, generator=generator))


def weight(rows: int, width: int) -> torch.Tensor:
    return 0.1 * torch.randn(rows, width, generator=torch.Generator().manual_seed(0))


def gram_of(x: torch.Tensor) -> torch.Tensor:
    return (x.T @ x / len(x))[None]


def output_error(x: torch.Tensor, values: torch.Tensor, rounded: torch.Tensor) -> torch.Tensor:
    """Mean squared error of each output, from the inputs themselves."""
    return (x @ (values - rounded).T).square().mean(0)


@pytest.mark.parametrize(
    "knobs",
    [
        {"bits": 2},
        {"bits": 3},
        {"bits": 8},
        {"bits": 3, "scheme": "asymmetric"},
        {"bits": 3, "group": 16},
        {"format": "float", "exponent": 2, "mantissa": 1},
        {"format": "codebook", "bits": 3},
    ],
    ids=lambda knobs: ",".join(map(str, knobs.values())),
)
def test_outputs_are_closer_than_with_nearest(knobs):
    x, values = inputs(72), weight(16, 72)
    step = Quantize(method="adaround", **knobs)
    grid = make_grid(values, step, knobs.get("bits", 4), fit="mse")
    nearest = torch.from_numpy(grid.round(values.numpy()))
    learned = adaround.round(values, grid, gram_of(x))
    assert np.allclose(grid.round(learned.numpy()), learned, rtol=1e-6, atol=1e-8)
    ours, theirs = output_error(x, values, learned), output_error(x, values, nearest)
    assert torch.all(ours <= 1.001 * theirs)
    assert ours.mean() < 0.5 * theirs.mean()


def test_close_to_the_best_of_all_roundings():
    x, values = inputs(10), weight(4, 10)
    grid = make_grid(values, Quantize(), 3, fit="absmax")
    learned = output_error(x, values, adaround.round(values, grid, gram_of(x)))
    nearest = output_error(x, values, torch.from_numpy(grid.round(values.numpy())))
    scale = torch.from_numpy(grid.scale)
    below = torch.floor(values / scale)
    ups = torch.tensor(list(itertools.product((0.0, 1.0), repeat=10)))
    for row in range(4):
        every = (below[row] + ups).clamp(-3, 3) * scale[row]
        best = output_error(x, values[row].expand_as(every), every).min()
        assert best * 0.999 <= learned[row] <= best + 0.25 * (nearest[row] - best)


def test_each_value_is_one_of_its_two_neighbours():
    values = weight(8, 40)
    grid = make_grid(values, Quantize(), 4, fit="absmax")
    learned = adaround.round(values, grid, gram_of(inputs(40)))
    assert torch.all((learned - values).abs() <= 1.001 * torch.from_numpy(grid.scale))


def test_each_share_of_the_rows_has_its_own_inputs():
    values, grams = weight(6, 9), torch.cat([gram_of(inputs(9)), gram_of(inputs(9, 50) ** 2)])
    grid = make_grid(values, Quantize(), 2, fit="mse")
    learned = adaround.round(values, grid, grams)
    residual, nearest = values - learned, values - torch.from_numpy(grid.round(values.numpy()))
    for row in range(6):
        gram = grams[row // 3]
        assert residual[row] @ gram @ residual[row] <= 1.001 * nearest[row] @ gram @ nearest[row]


def test_twice_the_same_and_no_harm_from_silent_inputs():
    x = inputs(30)
    x[:, 5] = 0
    values = weight(4, 30)
    values[1] = 0
    grid = make_grid(values, Quantize(), 3, fit="mse")
    first, second = (adaround.round(values, grid, gram_of(x)) for _ in range(2))
    assert torch.equal(first, second) and torch.isfinite(first).all()
    assert torch.equal(
        adaround.round(values, grid, torch.zeros(1, 30, 30)),
        torch.from_numpy(grid.round(values.numpy())),
    )
