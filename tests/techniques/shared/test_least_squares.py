"""The refit against NumPy's least squares, with and without zeros to keep."""

import numpy as np
import pytest
import torch

from compression.techniques.shared.least_squares import damped, refit, ridge_for


def moments(inputs: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """From inputs [n, d] and wanted outputs [n, rows]."""
    n = len(inputs)
    return (inputs.T @ inputs / n).unsqueeze(0), (wanted.T @ inputs / n).unsqueeze(0)


def test_without_a_ridge_it_is_least_squares() -> None:
    x, y = torch.randn(60, 7).double(), torch.randn(60, 3).double()
    gram, cross = moments(x, y)
    oracle = np.linalg.lstsq(x.numpy(), y.numpy(), rcond=None)[0].T
    found = refit(torch.ones(1, 3, 7).double(), gram, cross, ridge=1e-12)
    assert np.allclose(found[0], oracle, atol=1e-6)


@pytest.mark.parametrize("zeros", [2, 5])
def test_zeros_stay_and_the_others_are_least_squares_without_them(zeros: int) -> None:
    x, y = torch.randn(60, 7).double(), torch.randn(60, 3).double()
    weight = torch.ones(1, 3, 7).double()
    weight[0, 0, :zeros] = 0
    weight[0, 1, -zeros:] = 0
    weight[0, 2] = 0
    found = refit(weight, *moments(x, y), ridge=1e-12)[0]
    for row in range(3):
        kept = weight[0, row] != 0
        oracle = np.linalg.lstsq(x[:, kept].numpy(), y[:, row].numpy(), rcond=None)[0]
        assert np.allclose(found[row, kept], oracle, atol=1e-6)
        assert (found[row, ~kept] == 0).all()


def test_the_ridge_pulls_towards_the_weights_there_were() -> None:
    """Against the augmented system: extra rows sqrt(ridge) * w' = sqrt(ridge) * w."""
    x, y = torch.randn(20, 5).double(), torch.randn(20, 1).double()
    weight = torch.randn(1, 1, 5).double()
    gram, cross = moments(x, y)
    pull = float((0.3 * gram[0].diagonal().mean() * 20).sqrt())
    rows = np.vstack([x.numpy(), pull * np.eye(5)])
    right = np.concatenate([y[:, 0].numpy(), pull * weight[0, 0].numpy()])
    oracle = np.linalg.lstsq(rows, right, rcond=None)[0]
    assert np.allclose(refit(weight, gram, cross, ridge=0.3)[0, 0], oracle, atol=1e-8)


@pytest.mark.parametrize("zeros", [0, 2])
def test_a_weight_that_is_right_already_stays(zeros: int) -> None:
    x, weight = torch.randn(40, 6), torch.randn(1, 4, 6)
    weight[..., :zeros] = 0
    found = refit(weight, *moments(x, x @ weight[0].T))
    assert torch.allclose(found, weight, atol=1e-5)


def test_each_group_has_its_own_inputs() -> None:
    x, y = torch.randn(2, 50, 4), torch.randn(2, 50, 3)
    weight = torch.randn(2, 3, 4)
    alone = [refit(weight[g : g + 1], *moments(x[g], y[g])) for g in range(2)]
    together = [
        torch.cat(pair) for pair in zip(*(moments(x[g], y[g]) for g in range(2)), strict=True)
    ]
    assert torch.allclose(refit(weight, *together), torch.cat(alone), atol=1e-5)


@pytest.mark.parametrize("count", [0, 1])
def test_inputs_that_say_little_or_nothing_change_little(count: int) -> None:
    """No input power at all, or a single image: solvable, and finite."""
    x, weight = torch.zeros(3, 6), torch.randn(1, 2, 6)
    x[:count] = torch.randn(count, 6)
    found = refit(weight, *moments(x, x @ weight[0].T))
    assert torch.allclose(found, weight, atol=1e-5)


def test_the_ridge_is_a_share_of_the_mean_power() -> None:
    gram = torch.diag(torch.tensor([1.0, 3.0])).unsqueeze(0)
    assert torch.allclose(damped(gram, 0.1)[0].diagonal(), torch.tensor([1.2, 3.2]).double())


def test_fewer_columns_are_trusted_less() -> None:
    gram = torch.eye(100).unsqueeze(0)
    shares = [ridge_for(gram, count) for count in (10, 100, 1000, 10**9)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 1 > 0.1 > shares[-1]
