"""Rounding against outputs: on the grid, better than to nearest, as good as trying everything where one can."""

import itertools

import numpy as np
import pytest
import torch

from compression.encoding.formats import Grid, integer_levels
from compression.techniques.quantization import learned
from compression.techniques.quantization.descent import descend
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.learned import round_learned
from compression.techniques.shared.gptq import gptq


def grams(groups: int, inputs: int, seed: int = 0) -> torch.Tensor:
    """Of strongly correlated inputs."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(groups, inputs, inputs, generator=generator) + 1
    return mix @ mix.transpose(1, 2) / inputs


def error(weight: torch.Tensor, rounded: torch.Tensor, gram: torch.Tensor) -> torch.Tensor:
    missing = weight - rounded
    return ((missing @ gram) * missing).sum(2)


def case(groups: int, rows: int, inputs: int, **knobs) -> tuple[torch.Tensor, torch.Tensor, Grid]:
    weight = torch.randn(groups, rows, inputs, generator=torch.Generator().manual_seed(1))
    gram = grams(groups, inputs)
    step = Quantize(**knobs)
    return weight, gram, make_grid(weight.flatten(0, 1), step, step.bits, fit="gram", gram=gram)


def nearest(weight: torch.Tensor, grid: Grid) -> torch.Tensor:
    return torch.from_numpy(grid.round(weight.flatten(0, 1).numpy())).reshape(weight.shape)


def everything(weight: torch.Tensor) -> torch.Tensor:
    return torch.ones_like(weight, dtype=torch.bool)


KNOBS = [
    {"bits": 2}, {"bits": 4}, {"bits": 1}, {"bits": 1.58}, {"bits": 3, "scheme": "asymmetric"},
    {"bits": 3, "per": "tensor"}, {"bits": 3, "group": 8}, {"bits": 3, "scales": "power-of-two"},
    {"format": "codebook", "bits": 3}, {"format": "float", "exponent": 2, "mantissa": 1},
]  # fmt: skip


@pytest.mark.parametrize("knobs", KNOBS, ids=str)
@pytest.mark.parametrize("groups", [1, 3])
def test_it_stays_on_the_grid_and_beats_rounding_to_nearest(groups: int, knobs: dict) -> None:
    weight, gram, grid = case(groups, 8, 40, **knobs)
    better, rounded = round_learned(weight, gram, grid, everything(weight))
    assert torch.allclose(nearest(rounded, better), rounded, atol=1e-6)
    plain = error(weight, nearest(weight, grid), gram).sum()
    assert error(weight, rounded, gram).sum() < plain


def test_descent_never_makes_it_worse() -> None:
    weight, gram, grid = case(2, 8, 40, bits=3)
    kept = everything(weight)
    start = gptq(weight, gram, grid, kept)
    after = descend(start, weight, gram, grid, kept)
    damped = gram + 0.01 * gram.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] * torch.eye(40)
    assert (error(weight, after, damped) <= error(weight, start, damped) + 1e-5).all()
    assert error(weight, after, damped).sum() < error(weight, start, damped).sum()


def test_it_closes_most_of_the_gap_to_the_best_of_all_roundings() -> None:
    weight, gram = torch.randn(1, 6, 5, generator=torch.Generator().manual_seed(2)), grams(1, 5)
    grid = Grid("int", integer_levels(2), np.full((6, 1), 0.8, dtype=np.float32))
    kept = everything(weight)
    found = error(weight, descend(gptq(weight, gram, grid, kept), weight, gram, grid, kept), gram)
    choices = torch.tensor(list(itertools.product(grid.levels * 0.8, repeat=5)))
    best = torch.stack(
        [error(row.expand(1, len(choices), 5), choices[None], gram)[0].min() for row in weight[0]]
    )
    plain = error(weight, nearest(weight, grid), gram)
    assert (found[0] >= best - 1e-5).all()
    assert found.sum() - best.sum() < 0.5 * (plain.sum() - best.sum())


def test_with_unrelated_inputs_it_is_rounding_to_nearest() -> None:
    weight, _, grid = case(1, 8, 40, bits=4)
    rounded = gptq(weight, torch.eye(40).unsqueeze(0), grid, everything(weight))
    assert torch.allclose(rounded, nearest(weight, grid), atol=1e-6)


def test_what_is_not_kept_is_zero() -> None:
    weight, gram, grid = case(2, 8, 40, bits=3)
    kept = torch.rand(weight.shape, generator=torch.Generator().manual_seed(3)) < 0.4
    _, rounded = round_learned(weight * kept, gram, grid, kept)
    assert (rounded[~kept] == 0).all()
    assert (
        error(weight * kept, rounded, gram).sum()
        < error(weight * kept, nearest(weight * kept, grid), gram).sum()
    )


def test_few_levels_try_several_scales() -> None:
    weight, gram, grid = case(2, 8, 40, bits=2)
    kept = everything(weight)
    better, rounded = round_learned(weight, gram, grid, kept)
    one = descend(gptq(weight, gram, grid, kept), weight, gram, grid, kept)
    assert error(weight, rounded, gram).sum() < 0.95 * error(weight, one, gram).sum()
    assert better.scale.shape == grid.scale.shape
    assert better.stored == grid.stored


def test_dead_and_repeated_inputs_do_no_harm() -> None:
    weight, _, grid = case(1, 8, 40, bits=3)
    x = torch.randn(5, 40)
    x[:, :10] = 0
    x[:, 11] = x[:, 12]
    _, rounded = round_learned(weight, (x.T @ x).unsqueeze(0), grid, everything(weight))
    assert torch.isfinite(rounded).all()
    _, dead = round_learned(weight, torch.zeros(1, 40, 40), grid, everything(weight))
    assert torch.isfinite(dead).all()


def test_fitting_scales_to_the_codes_never_makes_a_row_worse(monkeypatch) -> None:
    """At 2 bits, where rows are narrow; and it makes some of them better."""
    torch.manual_seed(3)
    weight, columns = torch.randn(2, 16, 24), torch.randn(2, 500, 24) @ torch.randn(2, 24, 24)
    gram = columns.transpose(1, 2) @ columns / 500
    start = make_grid(weight.flatten(0, 1), Quantize(bits=2), 2, fit="gram", gram=gram)
    kept = torch.ones_like(weight, dtype=torch.bool)

    def errors(refits: int) -> torch.Tensor:
        monkeypatch.setattr(learned, "REFITS", refits)
        grid, rounded = learned.round_learned(weight, gram, start, kept)
        assert np.allclose(grid.round(rounded.flatten(0, 1).numpy()), rounded.flatten(0, 1).numpy())
        return torch.einsum("grd,gde,gre->gr", weight - rounded, gram, weight - rounded)

    without, fitted = errors(0), errors(2)
    assert (fitted <= without * (1 + 1e-5)).all()
    assert fitted.sum() < 0.995 * without.sum()
