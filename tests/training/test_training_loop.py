"""The loop: learns, keeps the best, stops when told or lost, and goes on after a kill as if nothing was."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.loop import Trained, train
from compression.training.plan import TrainingPlan
from compression.training.progress import Progress

PLAN = TrainingPlan(epochs=3, learning_rate=5e-3, batch_size=32)


def cross_entropy(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(module(inputs), labels)


def run(module: nn.Module, data: TrainingData, plan: TrainingPlan = PLAN, **options) -> Trained:
    return train(module, data, loss=cross_entropy, plan=plan, **options)


def weights(module: nn.Module) -> Tensor:
    return torch.cat([value.detach().ravel() for value in module.parameters()])


def accuracy(module: nn.Module, data: TrainingData) -> float:
    with torch.no_grad():
        right = module(data.validation_inputs).argmax(1) == data.validation_labels
    return right.float().mean().item()


class StopAt:
    """A report that stops the training at a step, by returning False or by raising."""

    def __init__(self, step: int, end: Callable[[], bool] = lambda: False) -> None:
        self.step, self.end, self.told = step, end, list[Progress]()

    def __call__(self, progress: Progress) -> bool:
        self.told.append(progress)
        return self.end() if progress.step >= self.step else True


def test_training_improves_accuracy_on_validation_and_leaves_the_module_alone(fresh, data) -> None:
    before = weights(fresh).clone()
    result = run(fresh, data)
    assert result.started < 0.3
    assert result.validation > 0.85
    assert result.validation == pytest.approx(accuracy(result.module, data))
    assert torch.equal(weights(fresh), before)
    assert (result.stopped, result.steps) == ("", 3 * (len(data.labels) // 32))


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_equal_seeds_give_equal_weights_and_other_seeds_others(fresh, data, optimizer) -> None:
    plan = replace(PLAN, epochs=0.5, optimizer=optimizer, learning_rate=0.01)
    first, again, other = (run(fresh, data, plan, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(weights(first.module), weights(again.module))
    assert not torch.equal(weights(first.module), weights(other.module))


def test_a_parameter_without_gradient_stays_as_it_is(fresh, data) -> None:
    frozen = next(iter(fresh.parameters())).requires_grad_(False)
    result = run(fresh, data, replace(PLAN, epochs=0.2))
    assert torch.equal(next(iter(result.module.parameters())), frozen)


def test_part_of_an_epoch_is_trained(fresh, data) -> None:
    result = run(fresh, data, replace(PLAN, epochs=0.5, keep="last"))
    assert result.steps == round(0.5 * (len(data.labels) // 32))


def test_the_best_on_validation_is_kept_the_start_included(fresh, data) -> None:
    def unlearn(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        return -cross_entropy(module, inputs, labels)

    good = run(fresh, data).module
    best, last = (
        train(good, data, loss=unlearn, plan=replace(PLAN, keep=keep)) for keep in ("best", "last")
    )
    assert best.validation == best.started > last.validation
    assert torch.equal(weights(best.module), weights(good))
    assert not torch.equal(weights(last.module), weights(good))


def test_progress_tells_where_it_is_about_five_times_a_second(fresh, data) -> None:
    told: list[Progress] = []
    began = time.monotonic()
    run(fresh, data, replace(PLAN, epochs=6), report=told.append)
    assert 2 <= len(told) <= 5 * (time.monotonic() - began) + 3
    assert [p.step for p in told] == sorted(p.step for p in told)
    assert (told[-1].step, told[-1].fraction, told[-1].epoch) == (told[-1].steps, 1.0, 6.0)
    assert told[-1].validation == pytest.approx(0.95, abs=0.05)
    assert told[-1].seconds_left == 0.0


def test_the_reported_loss_falls(fresh, data, every_step) -> None:
    told: list[Progress] = []
    run(fresh, data, report=told.append)
    losses = [p.loss for p in told if not math.isnan(p.loss)]
    assert losses[0] > 1.5
    assert losses[-1] < 0.7


def test_a_cancelled_training_stops_at_once_and_keeps_the_best_so_far(
    fresh, data, every_step
) -> None:
    per_epoch = len(data.labels) // 32
    stop = StopAt(2 * per_epoch + 5)
    result = run(fresh, data, replace(PLAN, epochs=1000), report=stop)
    assert (result.stopped, result.steps) == ("cancelled", 2 * per_epoch + 5)
    assert result.validation == max(p.validation for p in stop.told if p.validation is not None)
    assert result.validation == pytest.approx(accuracy(result.module, data))


def test_a_cancel_is_heard_while_the_start_is_measured(fresh, data, every_step) -> None:
    result = run(fresh, data, report=lambda progress: False)
    assert (result.stopped, result.steps) == ("cancelled", 0)
    assert torch.equal(weights(result.module), weights(fresh))


@pytest.mark.parametrize("broken", [math.nan, math.inf, 1e6])
def test_a_diverging_loss_stops_with_the_last_good_weights(fresh, data, broken: float) -> None:
    calls = []

    def breaks(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        calls.append(1)
        return cross_entropy(module, inputs, labels) * (
            broken if len(calls) == per_epoch + 3 else 1
        )

    per_epoch = len(data.labels) // 32
    result = train(fresh, data, loss=breaks, plan=PLAN)
    assert (result.stopped, result.steps) == ("diverged", per_epoch + 2)
    assert "training stopped there" in result.reason
    assert result.validation == pytest.approx(accuracy(result.module, data))
    assert result.validation > result.started


def test_a_learning_rate_far_too_high_ends_with_the_start(fresh, data) -> None:
    good = run(fresh, data).module
    result = run(
        good, data, TrainingPlan(epochs=1, learning_rate=1e6, batch_size=32, optimizer="sgd")
    )
    assert result.stopped == "diverged"
    assert torch.equal(weights(result.module), weights(good))


class Killed(BaseException):
    """As if the process had ended here."""


def test_a_killed_training_goes_on_to_the_same_weights(
    fresh, data, tmp_path: Path, every_step
) -> None:
    def kill() -> bool:
        raise Killed

    whole = run(fresh, data, seed=3)
    checkpoint = Checkpoint("one", tmp_path)
    per_epoch = len(data.labels) // 32
    for step in (per_epoch + 2, 2 * per_epoch + 7):
        with pytest.raises(Killed):
            run(fresh, data, seed=3, checkpoint=checkpoint, report=StopAt(step, kill))
    told: list[Progress] = []
    resumed = run(fresh, data, seed=3, checkpoint=checkpoint, report=told.append)
    assert told[0].step == 2 * per_epoch + 1
    assert torch.equal(weights(resumed.module), weights(whole.module))
    assert (resumed.validation, resumed.started) == (whole.validation, whole.started)


def test_a_finished_training_is_not_repeated(fresh, data, tmp_path: Path) -> None:
    checkpoint = Checkpoint("one", tmp_path)
    first = run(fresh, data, checkpoint=checkpoint)
    assert checkpoint.path.stat().st_size < 2 * sum(4 * p.numel() for p in fresh.parameters())
    told: list[Progress] = []
    again = run(fresh, data, checkpoint=checkpoint, report=told.append)
    assert {p.step for p in told} == {first.steps}
    assert torch.equal(weights(first.module), weights(again.module))


def test_another_trainings_checkpoint_is_not_taken_up(fresh, data, tmp_path: Path) -> None:
    checkpoint = Checkpoint("one", tmp_path)
    run(fresh, data, seed=1, checkpoint=checkpoint)
    other = run(fresh, data, seed=2, checkpoint=checkpoint)
    assert torch.equal(weights(other.module), weights(run(fresh, data, seed=2).module))
