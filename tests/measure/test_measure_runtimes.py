"""How each runtime answers for one model, those included that convert the module themselves."""

import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.runtimes import Runtime, Source
from compression.deploy.runtimes.one_by_one import OneByOne
from compression.measure import runtimes
from compression.measure.accuracy import measure_accuracy
from compression.measure.runtimes import RuntimeResult, compare_runtimes
from compression.models.compressed import Compressed
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/mlp"
INT8 = "quantize:bits=8,activations=8,method=nearest"


def compressed(step: str) -> Compressed:
    return pipeline.compress(look_up(MODEL), Recipe.build(MODEL, [step]))


@pytest.fixture
def converter(monkeypatch) -> list[Source]:
    """The only runtime installed is one that runs modules in PyTorch; what it was given ends up here."""
    given: list[Source] = []

    def load(source: Source) -> OneByOne:
        given.append(source)
        return OneByOne(lambda image: source.module(torch.from_numpy(image)).detach().numpy())

    fake = ModuleType("fake_converter")
    fake.load = load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fake_converter", fake)
    runtime = Runtime("fake", "Fake", "json", "fake_converter", "module")
    monkeypatch.setattr(runtimes, "available", lambda: (runtime,))
    return given


def answers(step: str) -> tuple[RuntimeResult, ...]:
    subject, model = look_up(MODEL), compressed(step)
    return compare_runtimes(subject, model, deploy(model))


def answer(step: str) -> RuntimeResult:
    (found,) = answers(step)
    return found


def test_each_runtime_answers_with_a_speed_up_and_an_accuracy():
    first = answers(INT8)[0]
    assert (first.runtime, first.reason) == ("ONNX Runtime", "")
    assert first.speedup.value > 0.2
    assert first.accuracy.value > 0.9


def test_a_runtime_that_fails_says_why_and_the_others_answer(monkeypatch):
    broken = Runtime("broken", "Broken", "json", "compression.no_such_module")
    monkeypatch.setattr(runtimes, "available", lambda: (broken,))
    found = answer("quantize:bits=8,method=nearest")
    assert found.speedup is None and found.accuracy is None
    assert found.reason.startswith("Broken can't run this model: No module named")


def test_a_runtime_that_converts_is_given_the_weights_on_their_grid(converter):
    found = answer("quantize:bits=2,method=nearest")
    expected = compressed("quantize:bits=2,method=nearest").module
    assert torch.equal(converter[0].module.fc1.weight, expected.fc1.weight)
    assert not converter[0].scales
    test = look_up(MODEL).data.test
    assert found.accuracy.value == measure_accuracy(expected, test).value
    assert (found.accuracy.n, found.reason) == (len(test), "")
    assert found.speedup.value < 1


@pytest.mark.parametrize("bits", [4, 8])
def test_int8_weights_are_whole_multiples_of_the_scales_it_is_given(converter, bits):
    answer(f"quantize:bits={bits},activations=8,method=nearest")
    (source,) = converter
    assert {name.rpartition(".")[0] for name in source.scales} == set(source.activations)
    for name, scale in source.scales.items():
        codes = source.module.get_parameter(name).detach().numpy() / scale[:, None]
        assert np.abs(codes - np.rint(codes)).max() < 1e-3
        assert np.abs(np.rint(codes)).max() == 2 ** (bits - 1) - 1


def test_floats_where_the_recipe_rounds_activations_come_with_the_reason(converter):
    found = answer("quantize:bits=8,activations=4,method=nearest")
    assert not converter[0].scales
    assert found.reason == "No kernel here computes with 4-bit activations."


def test_a_slow_runtime_is_asked_fewer_examples_and_says_so(converter, monkeypatch):
    monkeypatch.setattr(runtimes, "ACCURACY_SECONDS", 0.0)
    monkeypatch.setattr(runtimes, "FEWER_EXAMPLES", 50)
    found = answer("quantize:bits=8,method=nearest")
    assert (found.accuracy.n, found.reason) == (50, "Accuracy on 50 test examples.")
