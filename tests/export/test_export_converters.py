"""Runtimes that convert the module themselves: the same logits in floats, the recipe's own rounding in int8."""

from functools import cache

import numpy as np
import pytest
import torch

from compression import pipeline
from compression.comparing_runtimes import source_of
from compression.compressed import Compressed
from compression.errors import UsageError
from compression.export.runtimes import RUNTIMES, Session
from compression.measure.accuracy import accuracy_of_onnx
from compression.measuring import deployed
from compression.recipe import Recipe
from compression.techniques.quantization.activations import rounding
from tests.export.test_export_int8 import error

CONVERTERS = [name for name, runtime in RUNTIMES.items() if runtime.takes == "module"]
converters = pytest.mark.parametrize("runtime_id", CONVERTERS)
FLOATS, INT8 = "quantize:bits=8", "quantize:bits=8,activations=8"
COARSE = "quantize:bits=4,activations=8,calibration=minmax"


@cache
def compressed(model_id: str, step: str) -> Compressed:
    return pipeline.compress(Recipe.build(model_id, [f"{step},method=nearest"]))


@cache
def session(runtime_id: str, model_id: str, step: str) -> Session:
    """The model in that runtime, converted once; its tests are skipped where it is not installed."""
    if RUNTIMES[runtime_id].reason:
        pytest.skip(RUNTIMES[runtime_id].reason)
    model = compressed(model_id, step)
    return RUNTIMES[runtime_id].load(source_of(model, deployed(model)))


def inputs(model_id: str) -> np.ndarray:
    return pipeline.original(model_id).data.test.inputs[:64]


def logits(runtime_id: str, model_id: str, step: str) -> np.ndarray:
    return session(runtime_id, model_id, step).run(None, {"input": inputs(model_id)})[0]


def in_torch(module: torch.nn.Module, model_id: str) -> np.ndarray:
    return module(torch.from_numpy(inputs(model_id))).detach().numpy()


@converters
@pytest.mark.parametrize("model_id", ["digits/cnn", "watch/cnn1d", "fashion-mnist/resnet8"])
def test_a_float_model_gives_the_same_logits(runtime_id, model_id):
    found = logits(runtime_id, model_id, FLOATS)
    assert np.allclose(found, in_torch(compressed(model_id, FLOATS).module, model_id), atol=1e-4)


@converters
@pytest.mark.parametrize("step", [INT8, COARSE])
def test_int8_rounds_as_the_recipe_does(runtime_id, step):
    """Nothing but the logits is rounded beyond it; 4-bit weights would move off their grid if fitted anew."""
    found = logits(runtime_id, "digits/mlp", step)
    assert error(found, in_torch(rounding(compressed("digits/mlp", step)), "digits/mlp")) < 0.01


@converters
def test_an_int8_model_with_sums_is_as_accurate_as_in_onnx_runtime(runtime_id):
    test = pipeline.original("fashion-mnist/resnet8").data.test.take(slice(0, 2000))
    expected = accuracy_of_onnx(deployed(compressed("fashion-mnist/resnet8", INT8)).model, test)
    found = accuracy_of_onnx(session(runtime_id, "fashion-mnist/resnet8", INT8), test)
    assert found.value == pytest.approx(expected.value, abs=0.006)


@converters
def test_results_are_not_overwritten_by_the_next_run(runtime_id):
    loaded = session(runtime_id, "digits/mlp", INT8)
    first = loaded.run(None, {"input": inputs("digits/mlp")[:1]})[0]
    kept = first.copy()
    loaded.run(None, {"input": inputs("digits/mlp")[1:2]})
    assert np.array_equal(first, kept)


def test_executorch_refuses_a_recurrent_layer_in_a_sentence():
    if RUNTIMES["executorch"].reason:
        pytest.skip(RUNTIMES["executorch"].reason)
    with pytest.raises(UsageError, match="unrolls recurrent layers"):
        session("executorch", "watch/gru", FLOATS)
