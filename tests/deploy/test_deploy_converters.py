"""Runtimes that convert the module themselves: the same logits in floats, the recipe's own rounding in int8."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.runtimes import RUNTIMES, Session, Source
from compression.errors import UsageError
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.runtimes import source_of
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import look_up
from tests.deploy.test_deploy_int8 import error

CONVERTERS = [name for name, runtime in RUNTIMES.items() if runtime.takes == "module"]
converters = pytest.mark.parametrize("runtime_id", CONVERTERS)
FLOATS, INT8 = "quantize:bits=8", "quantize:bits=8,activations=8"


@cache
def compressed(model_id: str, step: str) -> Compressed:
    return pipeline.compress(look_up(model_id), Recipe.build(model_id, [f"{step},method=nearest"]))


@cache
def session(runtime_id: str, model_id: str, step: str) -> Session:
    """The model in that runtime, converted once."""
    return converted(runtime_id, compressed(model_id, step))


def converted(runtime_id: str, model: Compressed) -> Session:
    """Skips the test where the runtime is not installed."""
    if RUNTIMES[runtime_id].reason:
        pytest.skip(RUNTIMES[runtime_id].reason)
    return RUNTIMES[runtime_id].load(the_source(model))


def the_source(model: Compressed) -> Source:
    subject = look_up(model.model.id)
    return source_of(subject, model, deploy(model))


def inputs(model_id: str) -> np.ndarray:
    return look_up(model_id).data.test.inputs[:64]


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
def test_int8_rounds_as_the_recipe_does(runtime_id):
    """Only the logits are rounded beyond it. Half of each range is cut off: calibrating anew would not do so."""
    model = compressed("digits/mlp", INT8)
    cut = {path: replace(had, high=had.high / 2) for path, had in model.activations.items()}
    model = replace(model, activations=cut)
    loaded = converted(runtime_id, model)
    found = loaded.run(None, {"input": inputs("digits/mlp")})[0]
    assert error(found, in_torch(rounding(model), "digits/mlp")) < 0.02
    assert error(found, in_torch(model.module, "digits/mlp")) > 0.1


def test_weights_stay_on_the_integers_they_lie_on():
    quantizer = pytest.importorskip("executorch.backends.xnnpack.quantizer.xnnpack_quantizer")
    from compression.deploy.runtimes.pt2e import quantized

    model = compressed("digits/mlp", "quantize:bits=4,activations=8")
    settings = quantizer.get_symmetric_quantization_config(is_per_channel=True)
    module = quantized(
        the_source(model),
        quantizer.XNNPACKQuantizer().set_global(settings),
        fold=True,
    )
    used = torch.ops.quantized_decomposed.dequantize_per_channel.default
    stored = [
        [getattr(module, argument.target) for argument in node.args[:2]]
        for node in module.graph.find_nodes(op="call_function", target=used)
    ]
    assert [int(codes.abs().max()) for codes, _ in stored] == [7, 7]
    for (codes, scale), layer in zip(stored, (model.module.fc1, model.module.fc2), strict=True):
        assert torch.allclose(codes * scale[:, None], layer.weight, atol=1e-7)


@converters
def test_an_int8_model_with_sums_is_as_accurate_as_in_onnx_runtime(runtime_id):
    test = look_up("fashion-mnist/resnet8").data.test.take(slice(0, 2000))
    model = compressed("fashion-mnist/resnet8", INT8)
    deployment = deploy(model)
    expected = accuracy_of_onnx(deployment.session(), test)
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
    model = compressed("watch/gru", FLOATS)
    if RUNTIMES["executorch"].reason:
        pytest.skip(RUNTIMES["executorch"].reason)
    with pytest.raises(UsageError, match="unrolls recurrent layers"):
        converted("executorch", model)
