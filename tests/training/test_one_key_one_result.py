"""One key, one result, to the last bit: again, in any order, taken up after a kill, with any number of threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import Tensor

from compression import pipeline
from compression.models.student_cards import parse_student
from compression.models.zoo.students import _FAMILIES
from compression.recipe import Recipe
from compression.subjects import Subject, look_up
from compression.techniques.channels.knobs import TRAINED as CHANNEL_REPAIRS
from compression.techniques.distillation import answers
from compression.techniques.distillation.knobs import TAUGHT
from compression.techniques.pruning.knobs import TRAINED as REPAIRS
from compression.training.data import TrainingData
from compression.training.progress import Progress, TrainingCancelled

CNN, SIGNALS, GRU = "digits/cnn", "watch/cnn1d", "watch/gru"
STUDENTS = [
    (CNN, "cnn-w3"), (CNN, "dscnn-w4"), (CNN, "mlp-w4-d2"), (CNN, "self"), (CNN, "previous"), (CNN, "plain-3-4x2"),
    (SIGNALS, "cnn-w4"), (SIGNALS, "dscnn-w4"), (GRU, "gru-w4"),
]  # fmt: skip
FEDERATED = (
    "sample=0.7", "algorithm=fedyogi,dropouts=0.3,update=int4", "algorithm=fedprox,stragglers=0.5,update=topk",
)  # fmt: skip
TRAINED = [
    *((model, f"distill:student={student},epochs=2") for model, student in STUDENTS),
    *((CNN, f"distill:method={method},epochs=2") for method in (*TAUGHT[1:], "labels")),
    (CNN, "distill:student=plain-3-4,bits=1.58,views=erased,epochs=2"),
    *((CNN, f"prune:sparsity=0.8,repair={repair},epochs=6") for repair in REPAIRS),
    *((CNN, f"prune-channels:repair={repair},epochs=2") for repair in CHANNEL_REPAIRS),
    *((CNN, f"federate:clients=4,rounds=5,{knobs}") for knobs in FEDERATED),
    (GRU, "federate:clients=3,rounds=5,batch=64"),
    (CNN, "quantize:bits=2,method=qat,epochs=2"),
    (CNN, "quantize:bits=2,activations=4,method=qat,epochs=2"),
]
EXAMPLES = 256
"""To learn from: two to four updates an epoch."""


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture(autouse=True)
def few_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(self: Subject) -> TrainingData:
        every, shown = slice(None, None, len(data(self).labels) // EXAMPLES), slice(0, 100)
        return replace(
            data(self),
            inputs=data(self).inputs[every],
            labels=data(self).labels[every],
            validation_inputs=data(self).validation_inputs[shown],
            validation_labels=data(self).validation_labels[shown],
        )

    data = cache(Subject.training_data)
    monkeypatch.setattr(Subject, "training_data", few)
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)


@pytest.fixture(params=TRAINED, ids=" ".join)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    model, step = request.param
    return Recipe.build(model, [step], seed=1)


@pytest.fixture
def whole(recipe: Recipe, tmp_path: Path) -> Mapping[str, Tensor]:
    """The recipe trained at one go, on one thread, once for all tests."""
    if recipe.key not in _WHOLE:
        with pytest.MonkeyPatch.context() as patch:
            _WHOLE[recipe.key] = trained(recipe, tmp_path / "whole", patch)
    return _WHOLE[recipe.key]


_WHOLE: dict[str, Mapping[str, Tensor]] = {}


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def trained(recipe: Recipe, home: Path, patch: pytest.MonkeyPatch, report=lambda p: None):
    """The values that come out, where nothing is known but what lies in ``home``."""
    patch.setenv("COMPACT_HOME", str(home))
    answers._ANSWERS.forget()
    pipeline._STEPS.forget()
    return pipeline.compress(look_up(recipe.model), recipe, report).module.state_dict()


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return list(one) == list(other) and all(torch.equal(one[name], other[name]) for name in one)


def test_every_family_of_students_and_every_trained_step_is_here() -> None:
    families = {parse_student(s).family for _, s in STUDENTS if s not in ("self", "previous")}
    assert families == set(_FAMILIES)


def test_again_and_with_two_threads_it_is_the_same(
    recipe, whole, tmp_path, monkeypatch, two_threads
) -> None:
    assert same(trained(recipe, tmp_path, monkeypatch), whole)


def test_a_killed_one_goes_on_to_the_same(recipe, whole, tmp_path, monkeypatch) -> None:
    def kill(progress: Progress) -> None:
        if progress.step > 0.6 * progress.steps:
            raise Killed

    with pytest.raises(Killed):
        trained(recipe, tmp_path, monkeypatch, kill)
    assert list((tmp_path / "training").iterdir())
    assert same(trained(recipe, tmp_path, monkeypatch), whole)


@pytest.mark.parametrize("place", [0, 2])
def test_among_others_and_in_any_order_it_is_the_same(place, tmp_path, monkeypatch) -> None:
    step, others = (
        "distill:temperature=4,epochs=2",
        ["distill:epochs=2", "distill:alpha=1,epochs=2"],
    )
    alone = trained(Recipe.build(CNN, [step]), tmp_path / "alone", monkeypatch)
    others.insert(place, step)
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "all"))
    answers._ANSWERS.forget()
    made = [pipeline.compress(look_up(CNN), Recipe.build(CNN, [each])) for each in others]
    assert same(made[place].module.state_dict(), alone)
    assert not same(made[1].module.state_dict(), alone)


def test_half_a_training_is_no_result(tmp_path, monkeypatch) -> None:
    recipe = Recipe.build(CNN, ["distill:epochs=4"])
    with pytest.raises(TrainingCancelled, match="was cancelled"):
        trained(recipe, tmp_path, monkeypatch, lambda progress: progress.step < 5)
