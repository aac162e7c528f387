"""Students that learn in one or two bits: what comes out lies on its grids, and says what it learned to say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from compression import artifact
from compression.errors import UsageError
from compression.models import untrained
from compression.models.positive_norm import PositiveNorm
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.distillation.distill import distill, prepare
from compression.techniques.distillation.knobs import Distill
from compression.techniques.distillation.low_bits import STEP, LowBits, finished, rounded, through
from tests.techniques.distillation.conftest import MODEL
from tests.techniques.distillation.test_distill import accuracy, context

PLAIN = "plain-6-8x2"


@pytest.mark.parametrize(("bits", "count"), [(1, 2), (1.58, 3), (4, 15)])
def test_each_channel_has_its_levels_at_the_step_that_loses_least(bits: float, count: int) -> None:
    torch.manual_seed(0)
    latent = torch.randn(2, 30_000) * torch.tensor([[1.0], [3.0]])
    codes, step = rounded(latent, bits)
    assert codes.unique().numel() == count
    assert torch.allclose(step[1] / step[0], torch.tensor(3.0), rtol=0.05)
    errors = [(codes * step * factor - latent).square().mean() for factor in (0.9, 1.0, 1.1)]
    assert min(errors) == errors[1]


def test_gradients_pass_the_rounding_as_if_it_were_not_there() -> None:
    latent = torch.randn(3, 4, requires_grad=True)
    through(latent, 1).square().sum().backward()
    codes, step = rounded(latent.detach(), 1)
    assert torch.allclose(latent.grad, 2 * codes * step)


@pytest.mark.parametrize(
    ("student", "bits"), [(PLAIN, 1), (PLAIN, 1.58), ("cnn-w4", 1), ("mlp-w8", 4)]
)
def test_it_learns_and_is_stored_in_so_many_bits(start, data, student: str, bits: float) -> None:
    step = Distill(student=student, bits=bits, method="labels", labelled=1, epochs=8)
    made = distill(start, step, context(data))
    stored = {n: f.label for n, f in made.formats.items() if n.endswith("weight")}
    word = {1: "binary", 1.58: "ternary", 4: "int4"}[bits]
    assert list(stored.values()) == ["int4", *[word] * (len(stored) - 2), "int4"]
    assert accuracy(made, data) > 0.7
    packed = artifact.pack(made, Recipe.build(MODEL, [step]))
    inputs = data.validation_inputs[:50]
    again = artifact.unpack(packed.data)[0]
    assert torch.equal(again.module(inputs), made.module(inputs))


def test_what_is_shipped_answers_as_what_was_trained_once_norms_are_measured_anew(
    start, data
) -> None:
    torch.manual_seed(0)
    student = replace(start, module=untrained(start.model, PLAIN), student=PLAIN)
    trained = LowBits(student.module, 1)
    made = finished(student, trained, data.inputs[:64])
    inputs = data.inputs[:64]
    with torch.no_grad():
        wanted = trained.train()(inputs)  # with the statistics of these very inputs
        assert torch.allclose(made.module(inputs), wanted, atol=0.02)


@pytest.mark.parametrize("method", ["response", "labels"])
def test_no_view_is_shown_twice_alike_and_teachers_answer_each(start, data, method: str) -> None:
    moving = replace(data, augment=lambda x, random: x + torch.randn(x.shape, generator=random))
    step = Distill(student=PLAIN, views="erased", method=method, labelled=0.5, epochs=8)
    prepared = prepare(start, step, context(moving))
    assert prepared.data.inputs.shape[1:] == data.inputs.shape[1:]
    assert prepared.data.augment is moving.augment
    made = distill(start, step, context(data))
    assert accuracy(made, data) > 0.6


def test_fresh_views_of_clothes_are_moved_and_partly_hidden() -> None:
    subject = look_up("fashion-mnist/lenet5")
    step = Distill(student=PLAIN, views="erased", method="labels", labelled=0.1)
    given = prepare(subject.original, step, context(subject.training_data())).data
    batch = given.inputs[:200]
    shown = [given.augment(batch, torch.Generator().manual_seed(seed)) for seed in (0, 1)]
    assert not torch.equal(*shown)
    assert (shown[0] != batch).flatten(1).any(1).float().mean() > 0.9


def test_full_data_are_all_examples_or_a_sentence_says_how_to_get_them(monkeypatch) -> None:
    subject = look_up("fashion-mnist/lenet5")
    monkeypatch.setattr("datasets.full_available", lambda name: name != "fashion-mnist")
    with pytest.raises(UsageError, match="download fashion-mnist, or leave trained_on=full out"):
        subject.full_training_data()
    digits = look_up(MODEL)
    assert len(digits.full_training_data().inputs) == len(digits.training_data().inputs)


def test_what_goes_on_from_a_compressed_model_has_no_bits_of_its_own() -> None:
    with pytest.raises(ValueError, match="choose another than student=previous"):
        Distill(student="previous", bits=1)


def test_a_norm_that_stays_positive_may_come_after_the_maximum() -> None:
    torch.manual_seed(0)
    norm, inputs = PositiveNorm(3), torch.randn(8, 3, 6, 6)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([-1.0, 0.5, 2.0]))
        norm.train()(inputs)
        norm.eval()
        pool = torch.nn.MaxPool2d(2)
        assert torch.allclose(norm(pool(inputs)), pool(norm(inputs)), atol=1e-6)


def test_steps_are_those_of_normally_distributed_weights() -> None:
    assert STEP[1] == pytest.approx((2 / torch.pi) ** 0.5, abs=1e-3)
