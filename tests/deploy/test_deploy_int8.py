"""The int8 file runs on int8 kernels, keeps integers a weight lies on, and is as close as ONNX Runtime's own tool's."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper
from torch import nn

import datasets
from compression.deploy.int8 import activation_ranges, quantize_onnx
from compression.deploy.onnx import export_onnx, swap_weights
from compression.deploy.runtime import open_session
from compression.measure.accuracy import accuracy_of_onnx
from compression.models import MODELS, build, load
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm
from datasets import DATASETS

QUANTIZABLE = [model_id for model_id in MODELS if model_id != "watch/gru"]


def exported(model_id: str) -> tuple[bytes, np.ndarray]:
    """A folded model's file and 64 inputs."""
    torch.manual_seed(0)
    shape = DATASETS[MODELS[model_id].dataset].input_shape
    module = fold_batch_norm(Compressed(model_card(model_id), build(model_id).eval())).module
    return export_onnx(module, shape), torch.randn(64, *shape).numpy()


def outputs(file: bytes, inputs: np.ndarray) -> np.ndarray:
    return open_session(file).run(None, {"input": inputs})[0]


def error(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found - expected).mean() / expected.std())


def optimised_nodes(file: bytes, tmp_path) -> list[onnx.NodeProto]:
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    ort.InferenceSession(file, options)
    return list(onnx.load(tmp_path / "optimised.onnx").graph.node)


def initializers(file: bytes) -> dict[str, np.ndarray]:
    graph = onnx.load_from_string(file).graph
    return {item.name: numpy_helper.to_array(item) for item in graph.initializer}


def float_layers(model_id: str) -> tuple[str, ...]:
    """Dense 2-D convolutions of fewer than 8 input channels, from the module itself."""
    return tuple(
        path
        for path, layer in build(model_id).named_modules()
        if isinstance(layer, nn.Conv2d) and layer.groups == 1 and layer.in_channels < 8
    )


@pytest.mark.parametrize("model_id", QUANTIZABLE)
def test_only_narrow_convolutions_are_left_in_floats(model_id, tmp_path):
    file, inputs = exported(model_id)
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    ops = [node.op_type for node in optimised_nodes(quantized.model, tmp_path)]
    assert quantized.float_layers == float_layers(model_id)
    assert {"QLinearConv", "QGemm", "MatMulIntegerToFloat"} & set(ops)
    assert sum(op in ("Conv", "FusedConv") for op in ops) == len(quantized.float_layers)
    assert not {"Gemm", "FusedGemm"} & set(ops)
    assert len(quantized.model) < len(file) * 0.7


def test_residual_additions_are_integers_too(tmp_path):
    file, inputs = exported("fashion-mnist/resnet8")
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    assert {"Add", "Conv", "Gemm"} <= set(quantized.quantized)
    assert any(node.op_type == "QLinearAdd" for node in optimised_nodes(quantized.model, tmp_path))


@pytest.mark.parametrize("model_id", QUANTIZABLE)
def test_logits_stay_close(model_id):
    file, inputs = exported(model_id)
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    assert error(outputs(quantized.model, inputs), outputs(file, inputs)) < 0.05


@pytest.mark.parametrize("model_id", ["fashion-mnist/lenet5", "fashion-mnist/resnet8"])
def test_it_is_as_close_as_onnx_runtimes_own_tool(model_id, tmp_path):
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self, inputs: np.ndarray) -> None:
            self.batches = iter([{"input": inputs}])

        def get_next(self):
            return next(self.batches, None)

    file, inputs = exported(model_id)
    quantize_static(
        onnx.load_from_string(file),
        tmp_path / "theirs.onnx",
        Reader(inputs),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    ours = outputs(quantize_onnx(file, activation_ranges(file, inputs)).model, inputs)
    theirs = outputs((tmp_path / "theirs.onnx").read_bytes(), inputs)
    expected = outputs(file, inputs)
    assert error(ours, expected) <= 1.2 * error(theirs, expected)


@pytest.mark.parametrize("per_channel", [True, False])
def test_weights_on_a_grid_keep_their_integers(per_channel):
    torch.manual_seed(0)
    integers = torch.randint(-7, 8, (5, 10))
    scale = torch.rand(5) + 0.1 if per_channel else torch.tensor(0.3)
    layer = nn.Linear(10, 5)
    layer.weight.data = integers * (scale[:, None] if per_channel else scale)
    file = export_onnx(layer, (10,))
    ranges = activation_ranges(file, torch.randn(64, 10).numpy())
    quantized = quantize_onnx(file, ranges, scales={"weight": scale.numpy()})
    assert np.array_equal(initializers(quantized.model)["weight"], integers.numpy())


def test_a_scale_that_does_not_reach_is_not_used():
    layer = nn.Linear(10, 5)
    file = export_onnx(layer, (10,))
    ranges = activation_ranges(file, torch.randn(64, 10).numpy())
    quantized = quantize_onnx(file, ranges, scales={"weight": np.array(1e-6)})
    assert np.abs(initializers(quantized.model)["weight"]).max(axis=1).tolist() == [127] * 5


def test_a_channel_without_weights_keeps_its_bias():
    layer = nn.Conv2d(1, 3, 3)
    nn.init.zeros_(layer.weight[1])
    layer.bias.data[1] = 0.7
    module = nn.Sequential(layer, nn.Flatten(), nn.Linear(3, 2))
    file, inputs = export_onnx(module, (1, 3, 3)), torch.randn(64, 1, 3, 3).numpy()
    quantized = quantize_onnx(file, activation_ranges(file, inputs)).model
    assert error(outputs(quantized, inputs), outputs(file, inputs)) < 0.05


@pytest.mark.parametrize("largest", [1e-3, 1e-6, 1e-9, 1e-30])
def test_a_bias_far_larger_than_its_channels_weights_is_kept(largest):
    torch.manual_seed(0)
    layer = nn.Conv2d(8, 8, 3)
    layer.weight.data[1] *= largest
    layer.bias.data[1] = 5.0
    module = nn.Sequential(layer, nn.Flatten(), nn.Linear(8, 3))
    file, inputs = export_onnx(module, (8, 3, 3)), torch.randn(64, 8, 3, 3).numpy()
    quantized = quantize_onnx(file, activation_ranges(file, inputs)).model
    assert error(outputs(quantized, inputs), outputs(file, inputs)) < 0.03


def test_ranges_serve_other_weights_of_the_same_model():
    file, inputs = exported("digits/cnn")
    ranges = activation_ranges(file, inputs)
    halved = swap_weights(file, {name: 0.5 * values for name, values in initializers(file).items()})
    quantized = quantize_onnx(halved, ranges)
    assert error(outputs(quantized.model, inputs), outputs(halved, inputs)) < 0.05


def test_a_batch_norm_has_to_be_folded_first():
    file = export_onnx(build("digits/cnn").eval(), (1, 8, 8))
    assert quantize_onnx(file, {}).reason.startswith("A batch norm stands between")


def test_a_recurrent_model_has_no_int8_form_and_says_why():
    file, inputs = exported("watch/gru")
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    assert quantized.model is None
    assert quantized.reason == "ONNX Runtime has no int8 kernel for GRU."


def test_missing_ranges_are_refused_by_name():
    file, _ = exported("digits/mlp")
    with pytest.raises(ValueError, match="No range is given for"):
        quantize_onnx(file, {})


def test_activations_that_are_not_finite_have_no_int8_form():
    file, inputs = exported("digits/mlp")
    ranges = activation_ranges(file, np.full_like(inputs, np.nan))
    assert quantize_onnx(file, ranges).reason == "Its activations are not finite."


@pytest.mark.parametrize("model_id", ["fashion-mnist/lenet5", "watch/cnn1d"])
def test_a_trained_model_loses_less_than_a_point(model_id):
    data = datasets.load(MODELS[model_id].dataset)
    module = fold_batch_norm(Compressed(model_card(model_id), load(model_id))).module
    file = export_onnx(module, data.card.input_shape)
    quantized = quantize_onnx(file, activation_ranges(file, data.calibration.inputs[:256]))
    test = data.test.stratified(1000)
    assert accuracy_of_onnx(quantized.model, test).value > accuracy_of_onnx(file, test).value - 0.01
