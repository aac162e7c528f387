"""Scores, patterns and allocations against formulas written out by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.pruning import masks, scores, sparsity_shares
from compression.techniques.pruning.knobs import Prune
from compression.techniques.shared.budget import share_out_between
from compression.training.data import Training, TrainingData
from tests.made_up import a_card

INPUTS = torch.tensor([[1.0, 2.0, 0.0], [3.0, -2.0, 0.5], [-1.0, 0.0, 1.0], [1.0, 4.0, -2.5]])


def linear(weight: list[list[float]]) -> Compressed:
    module = nn.Sequential(nn.Linear(len(weight[0]), len(weight)))
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor(weight))
        module[0].bias.zero_()
    return Compressed(a_card(), module.eval().requires_grad_(False))


def given(model: Compressed, training: Training | None = None) -> scores.Given:
    return scores.Given(model, Prune(), StepContext(INPUTS, 0, training))


def test_lamp_is_the_square_over_the_squares_that_are_not_smaller() -> None:
    found = scores.lamp_of(torch.tensor([[1.0, -3.0], [2.0, 0.0]]))
    assert found.tolist() == [
        [pytest.approx(1 / 14), 1.0],
        [pytest.approx(4 / 13), 0.0],
    ]


def test_lamp_of_zeros_is_zero() -> None:
    assert scores.lamp_of(torch.zeros(2, 2)).tolist() == [[0, 0], [0, 0]]


def test_wanda_is_the_weight_times_the_root_mean_square_of_its_input() -> None:
    model = linear([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
    power = [(1 + 9 + 1 + 1) / 4, (4 + 4 + 0 + 16) / 4, (0 + 0.25 + 1 + 6.25) / 4]
    outputs = model.module(INPUTS)
    deviation = (outputs - outputs.mean(0)).square().mean().sqrt()
    found = scores.wanda(model, given(model))["0.weight"]
    for row, weights in enumerate([[1.0, 2.0, 3.0], [0.5, 0.0, 1.0]]):
        for column, weight in enumerate(weights):
            wanted = weight * power[column] ** 0.5 / deviation
            assert found[row, column] == pytest.approx(float(wanted), rel=1e-5)


def test_obs_is_the_error_left_after_the_others_have_made_up_for_it() -> None:
    """Against solving for the others, with the same damping."""
    model = linear([[1.0, -2.0, 3.0]])
    centred = (INPUTS - INPUTS.mean(0)).double()
    gram = centred.T @ centred / 4
    ridge = 0.03 + 0.3 * 3 / 4
    hessian = gram + ridge * gram.diagonal().mean() * torch.eye(3)
    weight = torch.tensor([1.0, -2.0, 3.0]).double()
    variance = weight @ gram @ weight
    found = scores.obs(model, given(model))["0.weight"][0]
    for gone in range(3):
        rest = [index for index in range(3) if index != gone]
        push = torch.linalg.solve(hessian[rest][:, rest], hessian[rest, gone] * weight[gone])
        change = torch.zeros(3).double()
        change[gone], change[rest] = -weight[gone], push
        assert found[gone] == pytest.approx(float(change @ hessian @ change / variance), rel=1e-4)


def test_taylor_is_the_weight_times_the_gradient_of_the_labels_loss() -> None:
    """Of a softmax of two: dL/dW = (p - label) x."""
    model = linear([[1.0, -0.5, 0.2], [0.3, 0.4, -1.0]])
    labels = torch.tensor([0, 1, 1, 0])
    training = Training(lambda: TrainingData(INPUTS, labels, INPUTS, labels))
    wrong = model.module(INPUTS).softmax(1) - nn.functional.one_hot(labels, 2)
    gradient = wrong.T @ INPUTS / 4
    found = scores.taylor(model, given(model, training))["0.weight"]
    assert torch.allclose(found, (gradient * model.module[0].weight).abs(), atol=1e-6)


def test_random_depends_on_the_seed_alone() -> None:
    model = linear([[1.0, 2.0, 3.0]])
    other = scores.Given(model, Prune(), StepContext(INPUTS, 1))
    first, again, third = (
        scores.random(model, g)["0.weight"] for g in [given(model)] * 2 + [other]
    )
    assert torch.equal(first, again) and not torch.equal(first, third)


def test_one_ranking_of_all_layers_leaves_each_its_best() -> None:
    found = {"small": torch.arange(1.0, 11) / 100, "large": torch.arange(1.0, 11)}
    bare = masks.globally(found, 0.5)
    assert bare["small"].tolist() == [True] * 9 + [False]
    assert bare["large"].tolist() == [True] + [False] * 9
    floored = masks.globally(found, 0.5, floor=0.6)
    assert int((~floored["small"]).sum()) == 3
    assert sum(int(mask.sum()) for mask in floored.values()) == 10


def test_a_layer_of_few_weights_can_be_emptied_only_by_being_told_to() -> None:
    with pytest.raises(UsageError, match="leaves fc none of its 2 weights"):
        masks.by_layer({"fc": torch.rand(1, 2)}, {"fc": 0.9})


def shared_out(
    errors: dict[str, dict[float, float]], sizes: dict[str, int], sparsity: float
) -> dict[str, float]:
    table = sparsity_shares.weights_table(errors, sizes)
    return share_out_between(table, "weights", (1 - sparsity) * sum(sizes.values()))


def test_sparsity_goes_where_it_costs_least() -> None:
    """Against trying them all."""
    levels = sparsity_shares.LEVELS
    costs = {"easy": [0.1 * s**2 for s in levels], "hard": [s**2 for s in levels]}
    errors = {name: dict(zip(levels, cost, strict=True)) for name, cost in costs.items()}
    sizes = {"easy": 100, "hard": 300}
    found = shared_out(errors, sizes, 0.5)
    assert sum(found[name] * sizes[name] for name in sizes) == pytest.approx(200)

    def cost(shares: dict[str, float]) -> float:
        return sum(float(np.interp(shares[name], levels, costs[name])) for name in shares)

    tried = [{"easy": easy, "hard": (200 - 100 * easy) / 300} for easy in np.linspace(0, 0.99, 199)]
    assert cost(found) <= min(map(cost, tried)) + 1e-9


def test_what_rounding_leaves_over_takes_no_further_piece() -> None:
    """Shares whose remainder in floating point is not quite zero, for many totals."""
    errors = {0.0: 0.0, 0.37: 1.0, 0.71: 3.0, 0.96: 9.0}
    for total in np.linspace(0.01, 0.9, 300):
        found = shared_out({"a": errors, "b": errors}, {"a": 4608, "b": 1280}, total)
        assert 4608 * found["a"] + 1280 * found["b"] == pytest.approx(total * 5888)


def test_layers_with_zeros_already_keep_them() -> None:
    errors = {"pruned": {0.9: 0.0, 1.0: 5.0}, "whole": {0.0: 0.0, 1.0: 1.0}}
    found = shared_out(errors, {"pruned": 100, "whole": 100}, 0.6)
    assert found == {"pruned": 0.9, "whole": pytest.approx(0.3)}


def test_an_error_curve_is_the_share_of_the_outputs_that_goes_wrong() -> None:
    model = linear([[1.0, -2.0, 3.0]])
    seen, weight = given(model).statistics["0.weight"], model.module[0].weight
    outputs = model.module(INPUTS)
    without = INPUTS[:, 1:] @ weight[0, 1:]
    wanted = (outputs[:, 0] - without).var() / outputs[:, 0].var()
    found = sparsity_shares.output_error(weight.unsqueeze(0), weight.abs(), 0.34, seen)
    assert found == pytest.approx(float(wanted), rel=1e-5)
    assert sparsity_shares.output_error(weight.unsqueeze(0), weight.abs(), 0.0, seen) == 0
