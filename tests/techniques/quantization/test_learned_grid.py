"""A weight trained through its grid: gradients checked by hand, values that stay exactly on the grid."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from compression.encoding.formats import Grid, float_levels, integer_levels
from compression.techniques.quantization.learned_grid import LearnedGrid


def some_weight(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def grid(kind: str, rows: int = 6, groups: int = 1, **options) -> Grid:
    levels = {
        "ternary": integer_levels(1.58),
        "binary": integer_levels(1),
        "int2": integer_levels(2, full=True),
        "int8": integer_levels(8),
        "asymmetric": np.arange(16, dtype=np.float32),
        "float": float_levels(2, 1),
        "codebook": np.array([-2.1, -0.7, -0.1, 0.4, 0.9, 2.5], np.float32),
    }[kind]
    name = {"float": "float", "codebook": "codebook"}.get(kind, "int")
    scale = np.linspace(0.25, 0.75, rows * groups, dtype=np.float32).reshape(rows, groups)
    zero = np.full_like(scale, 7) if kind == "asymmetric" else None
    if kind == "float":
        options |= {"exponent": 2, "mantissa": 1}
    scale = scale.astype(np.float16).astype(np.float32)
    return Grid(name, levels, scale, zero=zero, stored="float16", **options)


KINDS = ["binary", "ternary", "int2", "int8", "asymmetric", "float", "codebook"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(6, 20), (6, 2, 3, 3)])
def test_before_training_it_gives_the_weight_rounded_to_its_grid(kind: str, shape) -> None:
    weight, its_grid = some_weight(*shape), grid(kind)
    expected = torch.from_numpy(its_grid.round(weight.numpy()))
    learned = LearnedGrid(weight, its_grid)
    torch.testing.assert_close(learned(), expected)
    values, same = learned.result()
    assert torch.equal(values, expected)
    assert np.array_equal(same.scale, its_grid.scale)


def test_groups_have_scales_of_their_own() -> None:
    weight, its_grid = some_weight(6, 20), grid("int2", groups=3, group=8)
    learned = LearnedGrid(weight, its_grid)
    expected = torch.from_numpy(its_grid.round(weight.numpy()))
    torch.testing.assert_close(learned(), expected)
    assert torch.equal(learned.result()[0], expected)
    assert learned.log_gain.shape == (6, 3)


def test_the_gradient_of_a_scale_is_the_true_one_while_codes_stay() -> None:
    weight = torch.tensor([[-9.0, -1.3, 0.2, 0.45, 0.9]])  # codes -2, -2, 0, 1, 1 at scale 0.5
    learned = LearnedGrid(
        weight, Grid("int", integer_levels(2, full=True), np.array([[0.5]], np.float32))
    )
    learned().backward(torch.tensor([[1.0, 10.0, 100.0, 1000.0, 10000.0]]))
    assert learned.log_gain.grad is not None
    by_scale = learned.log_gain.grad.item() / 0.5  # d/d log s = s d/ds
    assert by_scale == pytest.approx(-2 * 1 - 2 * 10 + 0 * 100 + 1000 + 10000)


def test_gradients_pass_the_rounding_and_stop_beyond_the_outermost_levels() -> None:
    weight = torch.tensor([[-9.0, -1.0, 0.2, 0.45, 0.9]])
    scale = np.array([[0.5]], np.float32)
    learned = LearnedGrid(weight, Grid("int", integer_levels(2, full=True), scale))
    learned().sum().backward()
    assert learned.latent.grad is not None
    passed = learned.latent.grad / (0.5 * learned.unit)  # per change of the weight itself
    torch.testing.assert_close(passed, torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]]))


def test_powers_of_two_are_not_learned() -> None:
    fixed = Grid("int", integer_levels(4), np.ones((6, 1), np.float32), stored="exponent")
    learned = LearnedGrid(some_weight(6, 20), fixed)
    learned().sum().backward()
    assert not learned.log_gain.requires_grad
    assert np.array_equal(learned.result()[1].scale, fixed.scale)


@pytest.mark.parametrize("kind", KINDS)
def test_after_updates_values_are_on_the_grid_and_scales_can_be_stored(kind: str) -> None:
    learned = LearnedGrid(some_weight(6, 20), grid(kind))
    optimizer = torch.optim.Adam(learned.parameters(), lr=0.005)
    for _ in range(20):
        optimizer.zero_grad()
        (learned() - 1.3 * some_weight(6, 20)).square().sum().backward()
        optimizer.step()
    values, after = learned.result()
    torch.testing.assert_close(values, learned().detach(), rtol=1e-3, atol=1e-6)
    assert np.array_equal(after.round(values.numpy()), values.numpy())
    assert np.array_equal(after.scale.astype(np.float16).astype(np.float32), after.scale)
    assert not np.array_equal(after.scale, grid(kind).scale)
