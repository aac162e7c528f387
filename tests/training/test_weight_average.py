"""The running average of weights: the formula by hand, and taken up after a kill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

import datasets
from compression.models.zoo.students import build_student
from compression.training import loop
from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.plan import TrainingPlan
from compression.training.progress import Progress
from datasets import digits

PLAN = TrainingPlan(epochs=3, learning_rate=5e-3, batch_size=64, average=0.8, keep="last")


@pytest.fixture(scope="module")
def data() -> TrainingData:
    digits = datasets.load("digits")
    return TrainingData(
        *(torch.from_numpy(x[:320]) for x in (digits.train.inputs, digits.train.labels)),
        *(torch.from_numpy(x) for x in (digits.validation.inputs, digits.validation.labels)),
    )


def fresh(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build_student("cnn-w4", digits.CARD)


def floats(state: Mapping[str, Tensor]) -> Tensor:
    return torch.cat([v.double().ravel() for v in state.values() if v.is_floating_point()])


def test_it_is_the_formula_by_hand_batch_norms_included(data) -> None:
    """a += (1 - d) (w - a) with d = min(0.8, n / (n + 10)) after n updates, from the first update's weights on."""
    weights: list[Tensor] = []

    def note(module: nn.Module, step: int, steps: int) -> None:
        weights.append(floats(module.state_dict()))

    plain = loop.train(fresh(), data, plan=replace(PLAN, average=0.0), before_update=note)
    after = [*weights[1:], floats(plain.module.state_dict())]
    average = after[0]
    for updates, now in enumerate(after[1:], start=1):
        average = average + (1 - min(0.8, updates / (updates + 10))) * (now - average)
    averaged = loop.train(fresh(), data, plan=PLAN)
    assert torch.allclose(floats(averaged.module.state_dict()), average, rtol=1e-5, atol=1e-6)
    assert not torch.allclose(average, after[-1], atol=1e-3)
    counts = [v.item() for n, v in averaged.module.state_dict().items() if n.endswith("tracked")]
    assert counts == [15] * len(counts)


def test_it_is_the_average_that_is_validated(data) -> None:
    trained = loop.train(fresh(), data, plan=PLAN)
    with torch.no_grad():
        right = trained.module(data.validation_inputs).argmax(1) == data.validation_labels
    assert trained.validation == pytest.approx(right.float().mean().item())


def test_a_killed_training_goes_on_to_the_same_average(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)

    def kill(progress: Progress) -> None:
        if progress.step > 7:
            raise KeyboardInterrupt

    checkpoint = Checkpoint("one", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        loop.train(fresh(), data, plan=PLAN, checkpoint=checkpoint, report=kill)
    resumed = loop.train(fresh(), data, plan=PLAN, checkpoint=checkpoint)
    whole = loop.train(fresh(), data, plan=PLAN)
    assert torch.equal(floats(resumed.module.state_dict()), floats(whole.module.state_dict()))
