"""Repairs that train: zeros stay, seeds decide, labels are unused where they should be, and controls train too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from compression import pipeline
from compression.errors import UsageError
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.recipe import parse_step
from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.shared import retrain
from compression.techniques.shared.masked import Masked
from compression.techniques.step import Step
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training, TrainingData
from compression.training.progress import Progress, TrainingCancelled

WEIGHTS = ("finetune", "gradual", "rewind", "distil")
EVERY = [f"prune:sparsity=0.9,repair={repair}" for repair in WEIGHTS] + [
    f"prune-channels:ratio=0.7,repair={repair}" for repair in ("finetune", "distil")
]
every = pytest.mark.parametrize("text", EVERY)


class Lab:
    def __init__(self, model: str) -> None:
        self.original = look_up(model).original
        self.calibration = look_up(model).calibration_for(0, 512)
        self.data = look_up(model).training_data()
        self.told: list[Progress] = []

    def made(
        self, step: Step, data: TrainingData | None = None, seed: int = 0, **means
    ) -> Compressed:
        training = Training(lambda: data or self.data, **{"report": self.told.append, **means})
        context = StepContext(self.calibration, seed, training)
        return pipeline.technique(step)(self.original, step, context)

    @torch.no_grad()
    def loss(self, made: Compressed) -> float:
        logits = made.module(self.data.validation_inputs)
        return nn.functional.cross_entropy(logits, self.data.validation_labels).item()


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab("digits/cnn")


def state(made: Compressed) -> torch.Tensor:
    return torch.cat([value.detach().ravel() for value in made.module.parameters()])


def zeros(made: Compressed) -> dict[str, torch.Tensor]:
    return {n: made.module.get_parameter(n) == 0 for n in weight_names(made.module)}


def brief(text: str, epochs: float = 0.5) -> Step:
    return parse_step(f"{text},epochs={epochs}")


@every
def test_training_makes_up_for_some_of_what_refitting_could_not(lab: Lab, text: str) -> None:
    step = parse_step(f"{text},epochs=3")
    # These two choose by rank alone: what chooses weights together may be ahead of them without any training.
    by_rank = step.repair in ("gradual", "rewind")
    start = step.moved(repair="refit") if by_rank else step.untrained()
    before, after = lab.made(start), lab.made(step)
    assert lab.loss(after) < lab.loss(before)
    assert lab.told[-1].fraction == 1
    assert lab.told[-1].validation is not None


@every
def test_equal_seeds_give_equal_models_other_seeds_others(lab: Lab, text: str) -> None:
    step, before = brief(text), state(lab.original).clone()
    one, again, other = (lab.made(step, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(state(one), state(again))
    assert not torch.equal(state(one), state(other))
    assert torch.equal(state(lab.original), before)


@pytest.mark.parametrize("repair", WEIGHTS)
@pytest.mark.parametrize(
    "knobs", ["", ",layers=conv2=0.5;fc=0.97", ",score=wanda,allocation=uniform"]
)
def test_as_many_weights_are_zero_as_without_training(lab: Lab, repair: str, knobs: str) -> None:
    step = brief(f"prune:sparsity=0.9,repair={repair}{knobs}")
    before, after = zeros(lab.made(step.untrained())), zeros(lab.made(step))
    assert sum(map(torch.sum, before.values())) == sum(map(torch.sum, after.values()))
    if repair in ("finetune", "distil"):
        assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_pattern_is_kept(lab: Lab) -> None:
    found = lab.made(brief("prune:pattern=2:4,repair=finetune")).module
    rows = found.get_parameter("fc.weight").flatten(1).unflatten(1, (-1, 4))
    assert int((rows != 0).sum(2).max()) == 2


def test_what_an_earlier_step_pruned_stays_zero(lab: Lab) -> None:
    first = lab.made(parse_step("prune:sparsity=0.6"))
    later = Lab.made(_with(lab, first), brief("prune-channels:ratio=0,repair=finetune"))
    name = weight_names(first.module)[1]
    before = first.module.get_parameter(name) == 0
    assert before.float().mean() > 0.3
    assert torch.equal(later.module.get_parameter(name) == 0, before)


def _with(lab: Lab, start: Compressed) -> Lab:
    other = Lab.__new__(Lab)
    other.__dict__ |= {**lab.__dict__, "original": fold_batch_norm(start)}
    return other


@pytest.mark.parametrize("technique", ["prune:sparsity=0.9", "prune-channels:ratio=0.7"])
def test_distil_never_looks_at_a_label(lab: Lab, technique: str) -> None:
    def shuffled(labels: torch.Tensor) -> torch.Tensor:
        return labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))]

    wrong = replace(
        lab.data,
        labels=shuffled(lab.data.labels),
        validation_labels=shuffled(lab.data.validation_labels),
    )
    for repair, same in (("distil", True), ("finetune", False)):
        step = brief(f"{technique},repair={repair}", 2.0)
        one, other = lab.made(step), lab.made(step, wrong)
        assert torch.equal(state(one), state(other)) is same
        assert step.needs_labels is not same


@every
def test_the_control_is_trained_and_nothing_is_removed(lab: Lab, text: str) -> None:
    control = brief(text).control()
    assert control is not None
    assert control.is_trained
    assert control.control() is None
    made = lab.made(control)
    whole = fold_batch_norm(lab.original)
    assert made.module.state_dict().keys() == whole.module.state_dict().keys()
    if control.repair in (
        "distil",
        "gradual",
    ):  # others keep the best on validation, which may be the start
        assert (state(made) != state(whole)).float().mean() > 0.9
    assert lab.told[-1].step > 0
    few = sum(int(mask.sum()) for mask in zeros(made).values())
    assert few == sum(int(mask.sum()) for mask in zeros(whole).values())


@pytest.mark.parametrize("repair", ["finetune", "gradual", "rewind"])
def test_a_cancelled_training_keeps_zeros(
    lab: Lab, repair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    step = brief(f"prune:sparsity=0.9,repair={repair}", 3.0)
    made = lab.made(step, report=lambda progress: progress.step < 20)
    before = zeros(lab.made(step.untrained()))
    assert sum(map(torch.sum, zeros(made).values())) == sum(map(torch.sum, before.values()))


def stop_at(step: int) -> Callable[[Progress], bool]:
    def report(progress: Progress) -> bool:
        if progress.step >= step:
            raise TrainingCancelled("Nobody waits.")
        return True

    return report


@every
def test_a_killed_training_goes_on_to_the_same_weights(
    lab: Lab, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    step = brief(text, 3.0)
    whole = lab.made(step)
    kept = Checkpoint("one", tmp_path)
    with pytest.raises(TrainingCancelled):
        lab.made(step, checkpoint=kept, report=stop_at(38))
    lab.told.clear()
    again = lab.made(step, checkpoint=kept)
    assert torch.equal(state(whole), state(again))
    lab.told.clear()
    third = lab.made(step, checkpoint=kept)
    assert torch.equal(state(whole), state(third))
    assert lab.told[-1].fraction == 1.0


def test_progress_of_rounds_is_that_of_the_whole(lab: Lab, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    lab.told.clear()
    lab.made(brief("prune:sparsity=0.9,repair=rewind", 3.0))
    steps = [p.step for p in lab.told]
    assert steps == sorted(steps)
    assert {p.steps for p in lab.told} == {steps[-1]}
    assert lab.told[-1].epoch == lab.told[-1].epochs == 3.0


@pytest.mark.parametrize("text", ["prune", "prune-channels"])
@pytest.mark.parametrize("repair", ["finetune", "distil"])
def test_weights_on_a_grid_are_refused(lab: Lab, text: str, repair: str) -> None:
    stored = _with(lab, lab.made(parse_step("quantize:bits=4")))
    with pytest.raises(UsageError, match=f"put {text} before quantize"):
        Lab.made(stored, parse_step(f"{text}:repair={repair}"))


@every
def test_without_images_to_learn_from_it_says_so(lab: Lab, text: str) -> None:
    step = brief(text)
    with pytest.raises(UsageError, match="training images"):
        pipeline.technique(step)(lab.original, step, StepContext(lab.calibration, 0))


def test_masked_weights_have_no_gradient_and_no_effect() -> None:
    layer = nn.Sequential(nn.Linear(3, 2))
    with torch.no_grad():
        layer[0].weight[0, 1] = 0.0
    masked = Masked(layer)
    weight = masked.module.get_parameter("0.weight")
    with torch.no_grad():
        weight[0, 1] = 5.0
    inputs = torch.ones(4, 3)
    assert torch.equal(masked(inputs), layer(inputs))
    masked(inputs).sum().backward()
    assert torch.equal(weight.grad == 0, torch.tensor([[False, True, False], [False] * 3]))


@pytest.mark.parametrize("model", ["watch/gru", "digits/mlp"])
def test_other_kinds_of_layers_are_trained(model: str) -> None:
    lab = Lab(model)
    step = brief("prune:sparsity=0.8,repair=finetune", 1.0)
    before, after = lab.made(step.untrained()), lab.made(step)
    assert lab.loss(after) < lab.loss(before)
    assert all(torch.equal(zeros(before)[n], mask) for n, mask in zeros(after).items())


def test_every_repair_that_trains_is_known() -> None:
    assert set(retrain.REPAIRS) == {"finetune", "distil"}
