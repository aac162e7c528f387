"""Layers left in floats among int8 ones, means as pools, and calibrated ranges in their places."""

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from compression.deploy.int8 import activation_ranges, layer_ranges, quantize_onnx
from compression.deploy.onnx import export_onnx
from compression.deploy.pooling import with_global_pools
from compression.deploy.runtime import open_session
from compression.models.compressed import ActivationFormat
from tests.deploy.test_deploy_int8 import exported, initializers, optimised_nodes, outputs


@pytest.mark.parametrize("model_id", ["fashion-mnist/lenet5", "digits/cnn"])
def test_a_float_layer_keeps_its_weights(model_id, tmp_path):
    file, inputs = exported(model_id)
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    for path in quantized.float_layers:
        name = f"{path}.weight"
        assert np.array_equal(initializers(quantized.model)[name], initializers(file)[name])


@pytest.mark.parametrize("model_id", ["fashion-mnist/lenet5", "digits/cnn"])
def test_a_pool_behind_a_float_layer_runs_on_floats(model_id, tmp_path):
    """On bytes ONNX Runtime's takes ten times as long, and it likes to pull the rounding in front of the pool."""
    file, inputs = exported(model_id)
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    nodes = optimised_nodes(quantized.model, tmp_path)
    rounded = {node.output[0] for node in nodes if node.op_type == "QuantizeLinear"}
    pools = [node for node in nodes if node.op_type == "MaxPool"]
    assert pools and not any(node.input[0] in rounded for node in pools)


def test_a_mean_over_positions_is_pooled_in_integers(tmp_path):
    file, inputs = exported("watch/cnn1d")
    quantized = quantize_onnx(file, activation_ranges(file, inputs))
    ops = {node.op_type for node in optimised_nodes(quantized.model, tmp_path)}
    assert "QLinearGlobalAveragePool" in ops and not ops & {"Conv", "ReduceMean"}


def test_a_mean_over_tokens_is_not_taken_for_a_pool():
    file, inputs = exported("fashion-mnist/vit-tiny")
    means = [node.op_type for node in onnx.load_from_string(file).graph.node].count("ReduceMean")
    pooled = with_global_pools(onnx.load_from_string(file)).graph.node
    assert means == [node.op_type for node in pooled].count("ReduceMean") == 1


def test_pooled_means_are_the_same_numbers():
    file, inputs = exported("fashion-mnist/resnet8")
    pooled = with_global_pools(onnx.load_from_string(file)).SerializeToString()
    assert np.allclose(outputs(pooled, inputs), outputs(file, inputs), atol=1e-5)


def test_the_calibrated_range_of_a_layer_rules_the_tensor_it_reads():
    """fc1 of LeNet-5 reads a flattened pool of a ReLU: rounding is done where its range was measured or before."""
    file, inputs = exported("fashion-mnist/lenet5")
    formats = {"conv2": ActivationFormat(8, 0.0, 2.0), "fc1": ActivationFormat(8, 0.0, 0.5)}
    known = layer_ranges(file, formats)
    assert sorted(known.values()) == [(0.0, 0.5), (0.0, 2.0)]
    assert set(known) < set(activation_ranges(file, inputs, known=known))
    assert activation_ranges(file, inputs, known=known).items() >= known.items()


def test_the_runtime_leaves_the_weights_of_float_layers_alone():
    """Between integers ONNX Runtime would round them itself, one scale per tensor: channels 1 to 15 would vanish."""
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 4, 3), nn.Flatten(), nn.Linear(64, 3)
    ).eval()
    with torch.no_grad():
        module[0].weight[0] *= 300
        module[0].bias[0] = -1e3  # never positive: it only widens the range of the tensor
    file, inputs = export_onnx(module, (1, 8, 8)), torch.rand(64, 1, 8, 8).numpy()
    quantized = quantize_onnx(file, activation_ranges(file, inputs)).model
    plain = open_session(quantized, optimised=False).run(None, {"input": inputs})[0]
    assert np.abs(outputs(quantized, inputs) - plain).max() < 0.05 * plain.std()
