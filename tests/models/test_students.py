"""The family of students: named, counted and built alike, for every data set."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from compression.errors import UsageError
from compression.models import untrained
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.student_cards import parse_student, student_card, students
from compression.models.zoo.students import build_student
from datasets import DATASETS, dataset_card

OFFERED = [(dataset, card) for dataset in DATASETS for card in students(dataset)]
offered = pytest.mark.parametrize(("dataset", "card"), OFFERED, ids=lambda v: getattr(v, "name", v))


def products(module: nn.Module, inputs: torch.Tensor) -> int:
    """Multiplications in one forward pass of one input, counted layer by layer as it runs."""
    counted: list[int] = []

    def count(layer: nn.Module, _: object, output: object) -> None:
        if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
            counted.append(output[0].numel() * layer.weight[0].numel())
        elif isinstance(layer, nn.Linear):
            counted.append(layer.weight.numel())
        elif isinstance(layer, nn.GRU):
            weights = layer.weight_ih_l0.numel() + layer.weight_hh_l0.numel()
            counted.append(weights * output[0].shape[1])

    for layer in module.modules():
        layer.register_forward_hook(count)
    module.eval()(inputs)
    return sum(counted)


@offered
def test_a_card_counts_what_is_built(dataset: str, card) -> None:
    module = build_student(card.name, dataset_card(dataset))
    assert sum(p.numel() for p in module.parameters()) == card.parameters
    assert products(module, torch.zeros(1, *DATASETS[dataset].input_shape)) == card.macs


@pytest.mark.parametrize("dataset", DATASETS)
def test_students_reach_from_few_hundred_to_many_thousand_parameters(dataset: str) -> None:
    counts = [card.parameters for card in students(dataset)]
    assert counts == sorted(counts)
    assert counts[0] < 1000 < 1100 < 50_000 / 10 < counts[-1]
    assert any(900 <= count <= 1200 for count in counts)


def test_the_usual_student_has_1702_parameters() -> None:
    by_hand = (9 * 4 + 8) + (9 * 4 * 8 + 16) + (9 * 8 * 16 + 32) + (16 * 10 + 10)
    assert student_card("cnn-w4", "fashion-mnist").parameters == by_hand == 1702


@offered
def test_folding_its_batch_norms_keeps_a_student(dataset: str, card) -> None:
    torch.manual_seed(0)
    module = build_student(card.name, dataset_card(dataset))
    inputs = torch.randn(16, *DATASETS[dataset].input_shape)
    module.train()(inputs)  # statistics that are not the initial ones
    model = next(
        m for m in ("digits/mlp", "watch/gru", "fashion-mnist/mlp") if m.startswith(dataset)
    )
    folded = fold_batch_norm(Compressed(model_card(model), module.eval(), student=card.name))
    assert folded.is_folded
    assert torch.allclose(folded.module(inputs), module(inputs), atol=1e-5)


def test_a_name_is_written_in_one_way() -> None:
    assert parse_student("cnn-w4-d3").name == parse_student("cnn-w4").name == "cnn-w4"
    assert parse_student("cnn-w4-d2").widths == (4, 8)
    assert parse_student("mlp-w8-d2").widths == (8, 8)
    assert parse_student("plain-16-24x2-28").name == "plain-16-24x2-28"
    assert parse_student("plain-16-24x2-28").widths == (16, 24, 24, 28)


@pytest.mark.parametrize("name", ["", "cnn", "cnn-w0", "cnn-w4-d9", "cnn-w99", "vgg-w4", "cnn-w4 "])
def test_a_name_that_means_nothing_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="There is no student"):
        student_card(name, "digits")


def test_a_recurrent_student_reads_no_images() -> None:
    with pytest.raises(UsageError, match="choose cnn, dscnn or mlp"):
        build_student("gru-w8", dataset_card("fashion-mnist"))


def test_without_a_student_a_network_is_the_models_own() -> None:
    assert type(untrained(model_card("digits/cnn"))).__name__ == "CNN"
    assert type(untrained(model_card("digits/cnn"), "mlp-w4")).__name__ == "DenseStudent"
