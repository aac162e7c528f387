"""What a distilled student sees, with which labels, and what its teachers are asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from compression import models
from compression.errors import UsageError
from compression.models.compressed import fold_batch_norm
from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.distillation import answers
from compression.techniques.distillation.distill import distill
from compression.techniques.distillation.examples import UNKNOWN, Examples, choose_examples
from compression.techniques.distillation.features import features
from compression.techniques.distillation.knobs import Distill
from compression.techniques.distillation.teachers import teachers
from compression.training.data import Training, TrainingData
from tests.techniques.distillation.conftest import MODEL


def context(data: TrainingData) -> StepContext:
    training = Training(lambda: data)
    return StepContext(data.inputs[:32], 0, training, look_up(MODEL).trained_model)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 1.0])
def test_labels_are_used_of_each_class_alike_and_at_least_once(data, share: float) -> None:
    examples = choose_examples(data, labelled=share, unlabelled=1.0, labels_only=False, seed=0)
    used = examples.labels[examples.labels != UNKNOWN].numpy()
    whole = np.bincount(data.labels.numpy())
    assert np.abs(np.bincount(used, minlength=10) - np.maximum(1, share * whole)).max() <= 0.5
    assert sorted(examples.numbers.tolist()) == list(range(len(data.labels)))
    assert torch.equal(
        examples.labels[examples.labels != UNKNOWN], data.labels[examples.labels != UNKNOWN]
    )


def test_another_seed_draws_other_labels_and_the_same_seed_the_same(data) -> None:
    first, again, other = (
        choose_examples(data, labelled=0.1, unlabelled=1.0, labels_only=False, seed=seed).labels
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_part_of_the_others_is_used_without_labels(data) -> None:
    examples = choose_examples(data, labelled=0.1, unlabelled=0.25, labels_only=False, seed=0)
    known = int((examples.labels != UNKNOWN).sum())
    assert len(examples.numbers) == known + round(0.25 * (len(data.labels) - known))
    assert examples.labelled_share == pytest.approx(known / len(examples.numbers))


def test_the_control_sees_the_same_labels_as_often_and_nothing_else(data) -> None:
    taught, alone = (
        choose_examples(data, labelled=0.1, unlabelled=1.0, labels_only=only, seed=3)
        for only in (False, True)
    )
    assert torch.equal(taught.labels, alone.labels)
    assert len(taught.numbers) == len(alone.numbers)
    assert bool((alone.truth(alone.numbers) != UNKNOWN).all())
    counts = np.bincount(alone.numbers.numpy())
    assert set(counts[counts > 0] // (counts.max() - 1)) == {1}  # none more than once more often


def test_a_class_without_examples_is_refused_in_one_sentence(data) -> None:
    without = replace(
        data, inputs=data.inputs[data.labels != 4], labels=data.labels[data.labels != 4]
    )
    with pytest.raises(UsageError, match="none of class 4"):
        choose_examples(without, labelled=0.1, unlabelled=1.0, labels_only=False, seed=0)


def test_a_view_is_an_input_or_its_mirror_image() -> None:
    inputs = torch.randn(3, 1, 4, 4)
    examples = Examples(inputs, torch.arange(3), torch.arange(3), lambda batch: batch.flip(-1))
    looked = examples.look(torch.tensor([0, 4]))
    assert torch.equal(looked, torch.stack([inputs[0], inputs[1].flip(-1)]))
    assert examples.truth(torch.tensor([0, 4])).tolist() == [0, 1]
    assert examples.views == 6


@pytest.mark.parametrize("wanted", ["logits", "embedding", "maps"])
def test_kept_answers_are_those_of_a_fresh_question(start, data, wanted) -> None:
    teacher = fold_batch_norm(start).module
    examples = Examples(
        data.inputs[:300], data.labels[:300], torch.arange(300), lambda b: b.flip(-1)
    )
    first = answers.ask([teacher], examples, wanted).teachers[0]
    answers._ANSWERS.forget()
    from_disk = answers.ask([teacher], examples, wanted).teachers[0]
    with torch.no_grad():
        fresh = features(teacher, torch.cat([examples.inputs, examples.inputs.flip(-1)]), wanted)
    for name, value in fresh.tensors().items():
        assert torch.allclose(first.tensors()[name], value, atol=1e-5)
        assert torch.equal(first.tensors()[name], from_disk.tensors()[name])


def test_a_teacher_is_asked_once(start, data, monkeypatch) -> None:
    asked = []
    usual = answers.fresh
    monkeypatch.setattr(answers, "fresh", lambda *a, **k: asked.append(1) or usual(*a, **k))
    step = Distill(student="mlp-w4", epochs=0.5)
    for temperature in (1.0, 4.0):
        distill(start, step.moved(temperature=temperature), context(data))
    assert asked == [1]


def test_teachers_together_answer_with_the_mean_of_their_softened_answers(start, data) -> None:
    step = Distill(teacher="digits/mlp+original")
    examples = Examples(data.inputs, data.labels, torch.arange(len(data.labels)))
    told = answers.ask(teachers(start, step, context(data)), examples).softened(3.0).exp()
    each = [models.load(name).eval() for name in ("digits/mlp", MODEL)]
    with torch.no_grad():
        wanted = sum(torch.softmax(one(data.inputs) / 3.0, dim=1) for one in each) / 2
    assert torch.allclose(told, wanted, atol=1e-5)


def test_a_teacher_of_another_data_set_is_refused(start, data) -> None:
    with pytest.raises(UsageError, match="choose a model of digits"):
        distill(start, Distill(teacher="watch/gru"), context(data))
