"""Options of the loop: smoothed labels, what is told of each epoch, where random numbers begin; a curve's length."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.training.checkpoints import Checkpoint
from compression.training.loop import train
from compression.training.plan import TrainingPlan
from compression.training.progress import CURVE_LENGTH, Epoch, Progress, extended

PLAN = TrainingPlan(epochs=2, learning_rate=5e-3, batch_size=32)


def weights(module: nn.Module) -> Tensor:
    return torch.cat([value.detach().ravel() for value in module.parameters()])


def test_without_a_loss_it_learns_the_labels_smoothed_as_the_plan_says(fresh, data) -> None:
    def smoothed(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        """0.8 of the label's own class and 0.02 of each of the ten."""
        logarithms = module(inputs).log_softmax(1)
        return -(
            0.8 * logarithms.gather(1, labels[:, None])[:, 0] + 0.02 * logarithms.sum(1)
        ).mean()

    plan = replace(PLAN, epochs=0.5, keep="last")
    result = train(fresh, data, plan=replace(plan, label_smoothing=0.2))
    by_hand = train(fresh, data, plan=plan, loss=smoothed)
    assert torch.allclose(weights(result.module), weights(by_hand.module), atol=1e-4)
    assert not torch.allclose(
        weights(result.module), weights(train(fresh, data, plan=plan).module), atol=1e-3
    )


def test_each_epoch_is_told_with_its_own_mean_loss(fresh, data) -> None:
    epochs: list[Epoch] = []
    losses: list[float] = []

    def noted(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        loss = F.cross_entropy(module(inputs), labels)
        losses.append(loss.item())
        return loss

    result = train(fresh, data, loss=noted, plan=replace(PLAN, epochs=1.5), on_epoch=epochs.append)
    per_epoch = len(data.labels) // 32
    assert [(epoch.number, epoch.of) for epoch in epochs] == [(1, 2), (2, 2)]
    assert epochs[0].loss == pytest.approx(sum(losses[:per_epoch]) / per_epoch)
    assert epochs[1].loss == pytest.approx(sum(losses[per_epoch:]) / (len(losses) - per_epoch))
    assert epochs[1].seconds_left == 0.0
    assert result.validation == epochs[result.epoch - 1].validation


def test_continuous_random_numbers_go_on_over_epochs_and_can_t_be_resumed(
    fresh, data, tmp_path: Path
) -> None:
    plan = replace(PLAN, random="continuous")
    first, again = (weights(train(fresh, data, plan=plan).module) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, weights(train(fresh, data, plan=PLAN).module))
    with pytest.raises(ValueError, match="can't be resumed"):
        train(fresh, data, plan=plan, checkpoint=Checkpoint("one", tmp_path))


def test_a_curve_stays_short_and_keeps_both_ends() -> None:
    curve: tuple[Progress, ...] = ()
    for step in range(3000):
        curve = extended(curve, Progress(step, 3000, 0, 1, 1.0))
        assert len(curve) <= CURVE_LENGTH
    steps = [p.step for p in curve]
    assert steps[0] == 0
    assert steps == sorted(steps)
    assert steps[-1] >= 2999
