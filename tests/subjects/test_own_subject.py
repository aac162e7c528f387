"""A model that a user brings goes all the way by value: only the look-up of names has heard of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from compression import artifact, pipeline
from compression.models import catalogue
from compression.models.plans import PLANS
from compression.recipe import Recipe
from compression.subjects import Subject
from datasets import DATASETS
from tests.subjects.own import own_subject

STEPS = [
    "quantize:bits=4",
    "quantize:bits=8,activations=8",
    "quantize:bits=8,activations=4",
    "prune:sparsity=0.5",
    "prune-channels:ratio=0.5",
    "quantize:bits=3,method=qat,epochs=0.5",
    "distill:student=previous,epochs=0.5",
]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    subject = own_subject(tmp_path_factory.mktemp("own"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(catalogue.MODELS, subject.card.id, subject.card)
        yield subject
    catalogue.weights_hash.cache_clear()


def accuracy(module: torch.nn.Module, subject: Subject) -> float:
    test = subject.data.test
    return float((module(torch.from_numpy(test.inputs)).argmax(1).numpy() == test.labels).mean())


def test_it_stands_in_no_other_table(subject: Subject) -> None:
    assert subject.card.id not in PLANS
    assert subject.card.dataset not in DATASETS


def test_the_original_is_measured_like_any_other(subject: Subject) -> None:
    point = pipeline.run(subject, Recipe(model=subject.card.id))
    assert point.value("accuracy") == accuracy(subject.original.module, subject) > 0.8
    assert point.value("parameters") == subject.card.parameters
    assert point.value("macs") == subject.card.macs
    assert point.value("memory_bytes") > 4 * subject.card.parameters
    assert point.shown == ""


@pytest.mark.parametrize("step", STEPS)
def test_a_recipe_of_it_is_compressed_packed_read_back_and_measured(
    subject: Subject, step: str
) -> None:
    recipe = Recipe.build(subject.card.id, [step])
    point, file = pipeline.run(subject, recipe), pipeline.packed(subject, recipe)
    assert point.value("accuracy") > 0.75
    assert point.value("size_bytes") == len(file)
    compressed, read = artifact.unpack(file)
    assert read == recipe
    again = pipeline.verify(subject, read, compressed, file)
    assert again.value("accuracy") == point.value("accuracy")
