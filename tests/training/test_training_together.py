"""Several trainings side by side: each as if alone, kept as if alone, and none hurt by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import datasets
from compression.models import build
from compression.models.zoo.students import build_student
from compression.training import loop, wide
from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.plan import TrainingPlan
from compression.training.progress import Progress
from compression.training.run import Member
from datasets import digits

PLAN = TrainingPlan(epochs=2, learning_rate=0.02, batch_size=64, optimizer="sgd")
ADAM = TrainingPlan(epochs=2, learning_rate=5e-3, batch_size=64)
SCALES = (1.0, 0.5, 2.0)
"""What makes the three members' losses differ."""


@pytest.fixture(scope="module")
def data() -> TrainingData:
    digits = datasets.load("digits")
    return TrainingData(
        *(torch.from_numpy(x[:320]) for x in (digits.train.inputs, digits.train.labels)),
        *(torch.from_numpy(x) for x in (digits.validation.inputs, digits.validation.labels)),
    )


def fresh(seed: int, student: str = "cnn-w4") -> nn.Module:
    torch.manual_seed(seed)
    return build_student(student, digits.CARD)


def alone(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(module(inputs), labels)


def side_by_side(module: nn.Module, numbers: Sequence[int], x: Tensor, y: Tensor) -> Tensor:
    logits = wide.apart(module(wide.side_by_side(x)), len(numbers))
    each = F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="none").view(y.shape)
    return each.mean(1) * torch.tensor([SCALES[n] for n in numbers])


def members(data: TrainingData, folder: Path, student: str = "cnn-w4") -> list[Member]:
    return [Member(fresh(s, student), data, s, Checkpoint(str(s), folder)) for s in range(3)]


def trained_alone(
    data: TrainingData, seed: int, student: str = "cnn-w4", plan: TrainingPlan = PLAN, **more
) -> loop.Trained:
    def loss(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        return SCALES[seed] * alone(module, inputs, labels)

    return loop.train(fresh(seed, student), data, loss=loss, plan=plan, seed=seed, **more)


def values(module: nn.Module) -> Tensor:
    return torch.cat([v.float().ravel() for v in module.state_dict().values()])


@pytest.mark.parametrize(
    ("student", "plan"),
    [("cnn-w4", PLAN), ("dscnn-w4", PLAN), ("mlp-w8-d2", PLAN), ("cnn-w4", ADAM)],
    ids=["cnn", "dscnn", "mlp", "cnn by AdamW"],
)
def test_each_comes_out_as_if_it_had_been_alone(
    data, tmp_path, student: str, plan: TrainingPlan
) -> None:
    loop.train_together(members(data, tmp_path, student), losses=side_by_side, plan=plan)
    for seed in range(3):
        told: list[Progress] = []
        mine = Checkpoint(str(seed), tmp_path)
        kept = trained_alone(data, seed, student, plan, checkpoint=mine, report=told.append)
        assert {moment.step for moment in told} == {2 * 5}  # nothing was left to do
        wanted = trained_alone(data, seed, student, plan)
        assert torch.allclose(values(kept.module), values(wanted.module), rtol=1e-3, atol=1e-4)
        assert kept.validation == wanted.validation


def test_one_that_is_ahead_waits_for_the_others(data, tmp_path: Path) -> None:
    with pytest.raises(StopIteration):  # killed after its first epoch

        def kill(progress: Progress) -> None:
            if progress.step > 5:
                raise StopIteration

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
            trained_alone(data, 1, checkpoint=Checkpoint("1", tmp_path), report=kill)
    loop.train_together(members(data, tmp_path), losses=side_by_side, plan=PLAN)
    for seed in range(3):
        kept = trained_alone(data, seed, checkpoint=Checkpoint(str(seed), tmp_path))
        wanted = trained_alone(data, seed)
        assert torch.allclose(values(kept.module), values(wanted.module), rtol=1e-3, atol=1e-4)


def test_one_that_diverges_hurts_no_other_and_says_why(data, tmp_path, monkeypatch) -> None:
    def broken(module: nn.Module, numbers: Sequence[int], x: Tensor, y: Tensor) -> Tensor:
        losses = side_by_side(module, numbers, x, y)
        return torch.stack(
            [v * (float("nan") if n == 1 else 1) for n, v in zip(numbers, losses, strict=True)]
        )

    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    told: list[Progress] = []
    results = loop.train_together(
        members(data, tmp_path), losses=broken, plan=PLAN, report=told.append
    )
    assert [(r.stopped, r.steps) for r in results] == [("", 10), ("diverged", 0), ("", 10)]
    assert "The loss was nan at update 1 of 10" in results[1].reason
    assert (told[-1].step, told[-1].note) == (10, "")
    assert told[-1].loss < 10
    assert Checkpoint("1", tmp_path).read() is None
    kept = trained_alone(data, 2, checkpoint=Checkpoint("2", tmp_path))
    assert torch.allclose(
        values(kept.module), values(trained_alone(data, 2).module), rtol=1e-3, atol=1e-4
    )


def test_a_cancel_stops_them_all_and_keeps_whole_epochs(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    plan = replace(PLAN, epochs=100)
    loop.train_together(
        members(data, tmp_path),
        losses=side_by_side,
        plan=plan,
        report=lambda moment: moment.step < 13,
    )
    for seed in range(3):
        saved = Checkpoint(str(seed), tmp_path).read()
        assert saved is not None
        assert saved.facts["step"] == 10


def test_progress_is_told_of_all_as_one(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    told: list[Progress] = []
    loop.train_together(members(data, tmp_path), losses=side_by_side, plan=PLAN, report=told.append)
    assert [m.step for m in told] == sorted(m.step for m in told)
    assert told[-1].steps == 10
    assert told[-1].validation is not None


def test_a_wide_module_computes_what_its_parts_do(data) -> None:
    parts = [fresh(seed, "dscnn-w4").train() for seed in range(4)]
    module = wide.widened(parts).train()
    inputs = torch.randn(4, 8, 1, 8, 8)
    logits = wide.apart(module(wide.side_by_side(inputs)), 4)
    wanted = torch.stack([part(x) for part, x in zip(parts, inputs, strict=True)])
    assert torch.allclose(logits, wanted, atol=1e-5)
    for number, part in enumerate(parts):
        for name, value in wide.part(module.state_dict(), number, 4).items():
            assert torch.allclose(value.float(), part.state_dict()[name].float(), atol=1e-5)


def test_what_mixes_channels_in_other_ways_can_t_be_wide() -> None:
    widenable = {model: wide.can_be_wide(build(model)) for model in ("digits/cnn", "watch/gru")}
    assert widenable == {"digits/cnn": True, "watch/gru": False}
    assert not wide.can_be_wide(build("fashion-mnist/vit-tiny"))
