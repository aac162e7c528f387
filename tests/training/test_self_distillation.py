"""Self-distillation: which images are seen, what stands for their labels, how large the steps are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from compression.training.data import Training, TrainingData
from compression.training.losses import TeacherLoss, divergence
from compression.training.progress import Progress
from compression.training.self_distillation import (
    BATCH,
    IMAGES,
    LEARNING_RATE,
    LEAST,
    MOST,
    distillation_data,
    rate_for,
    self_distil,
)


@pytest.fixture(scope="module")
def data() -> TrainingData:
    inputs = torch.randn(5000, 6, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(5000, dtype=torch.long)
    return TrainingData(inputs, labels, inputs[:700], labels[:700], mirror=lambda x: x.flip(-1))


def linear(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Linear(6, 3)


def test_it_sees_so_many_images_and_their_mirror_images_with_the_teachers_answers(data) -> None:
    teacher = linear(1)
    learned = distillation_data(data, teacher, seed=3)
    assert len(learned.inputs) == 2 * IMAGES
    assert torch.equal(learned.inputs[IMAGES:], learned.inputs[:IMAGES].flip(-1))
    assert torch.allclose(learned.labels, teacher(learned.inputs), atol=1e-6)
    known = {tuple(row) for row in data.inputs.tolist()}
    assert {tuple(row) for row in learned.inputs[:IMAGES].tolist()} <= known
    assert torch.equal(learned.inputs, distillation_data(data, teacher, seed=3).inputs)
    assert not torch.equal(learned.inputs, distillation_data(data, teacher, seed=4).inputs)
    plain = distillation_data(replace(data, mirror=None), teacher, seed=3)
    assert torch.equal(plain.inputs, learned.inputs[:IMAGES])


def test_steps_are_larger_the_further_the_answers_are(data) -> None:
    teacher, near = linear(1), linear(1)
    with torch.no_grad():
        near.weight += 0.05
    known = distillation_data(data, teacher, seed=0)
    far = linear(1)
    with torch.no_grad():
        far.weight.mul_(-9)
    rates = [rate_for(student, known) for student in (teacher, near, far)]
    assert rates[0] == pytest.approx(LEAST * LEARNING_RATE)
    assert rates[0] <= rates[1] < rates[2] == pytest.approx(MOST * LEARNING_RATE)


def test_it_learns_for_as_many_updates_as_the_epochs_say(data) -> None:
    told: list[Progress] = []
    teacher, student = linear(1), linear(2)
    learned = self_distil(student, teacher, Training(lambda: data, told.append), epochs=2.0, seed=0)
    assert told[-1].steps == pytest.approx(2.0 * len(data.inputs) / BATCH, rel=0.01)
    with torch.no_grad():
        wanted = teacher(data.inputs)
        apart = [float(divergence(s(data.inputs), wanted)) for s in (student, learned)]
    assert apart[1] < 0.5 * apart[0]


def test_divergence_is_that_of_the_softened_answers() -> None:
    """By hand, for one example at temperature 2."""
    logits, wanted = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 0.0]])
    p = torch.exp(torch.tensor(1.0)) / (1 + torch.exp(torch.tensor(1.0)))
    by_hand = 4 * (0.5 * torch.log(0.5 / p) + 0.5 * torch.log(0.5 / (1 - p)))
    assert float(divergence(logits, wanted)) == pytest.approx(float(by_hand), rel=1e-5)


def test_the_labels_have_the_rest_of_the_loss() -> None:
    teacher, student = linear(1), linear(2)
    inputs, labels = torch.randn(8, 6), torch.randint(0, 3, (8,))
    plain = nn.functional.cross_entropy(student(inputs), labels)
    wanted = 0.3 * divergence(student(inputs), teacher(inputs)) + 0.7 * plain
    assert torch.allclose(TeacherLoss(teacher, 0.3)(student, inputs, labels), wanted)
    alone = TeacherLoss(teacher, 1.0)(student, inputs, labels)
    assert torch.equal(alone, TeacherLoss(teacher, 1.0)(student, inputs, labels.flip(0)))
