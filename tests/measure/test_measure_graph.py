"""Multiply-accumulates, layers and peak memory, against formulas by hand and PyTorch's own counter."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from compression.deploy.int8 import activation_ranges, quantize_onnx
from compression.deploy.onnx import export_onnx
from compression.measure.graph import Graph, read_graph
from compression.models import MODELS, build
from compression.models.compressed import Compressed, fold_batch_norm
from datasets import DATASETS
from tests.made_up import a_card


def graph_of(module: nn.Module, *shape: int) -> Graph:
    return read_graph(export_onnx(module.eval(), shape))


class Residual(nn.Module):
    """relu(x + conv(relu(conv(x)))) behind a first convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.stem(x))
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


def test_a_linear_layer_by_hand():
    graph = graph_of(nn.Linear(10, 5), 10)
    assert graph.macs == 10 * 5
    assert graph.weight_bytes == 220
    assert graph.peak_activation_bytes == 4 * (10 + 5)
    assert graph.layers[0].weights == 55


@pytest.mark.parametrize(
    ("layer", "shape", "macs"),
    [
        (nn.Conv2d(3, 8, 3, padding=1), (3, 6, 7), 6 * 7 * 8 * 3 * 9),
        (nn.Conv2d(3, 8, 3, stride=2), (3, 7, 7), 3 * 3 * 8 * 3 * 9),
        (nn.Conv2d(8, 8, 3, groups=8), (8, 5, 5), 3 * 3 * 8 * 9),
        (nn.Conv1d(4, 6, 5, groups=2), (4, 20), 16 * 6 * 2 * 5),
    ],
)
def test_a_convolution_by_formula(layer, shape, macs):
    graph = graph_of(layer, *shape)
    assert graph.macs == macs
    assert graph.layers[0].weights == sum(p.numel() for p in layer.parameters())


def test_lenet_by_hand():
    graph = graph_of(build("fashion-mnist/lenet5"), 1, 28, 28)
    macs = [layer.macs for layer in graph.layers if layer.macs]
    assert macs == [784 * 6 * 25, 100 * 16 * 150, 400 * 120, 120 * 84, 84 * 10]
    # The first pooling: its input, 6 x 28 x 28 written over by the ReLU, and its output.
    assert graph.peak_activation_bytes == 4 * (6 * 28 * 28 + 6 * 14 * 14)


def test_a_residual_block_holds_three_tensors_at_most():
    assert graph_of(Residual(), 1, 10, 10).peak_activation_bytes == 4 * 3 * 8 * 10 * 10


def test_a_reshape_takes_no_memory_and_is_no_layer():
    graph = graph_of(nn.Sequential(nn.Flatten(), nn.Linear(100, 4)), 1, 10, 10)
    assert [layer.op for layer in graph.layers] == ["Gemm"]
    assert graph.peak_activation_bytes == 4 * (100 + 4)


def test_the_callers_input_is_not_written_over():
    assert graph_of(nn.ReLU(), 16).peak_activation_bytes == 4 * (16 + 16)


def test_a_transpose_is_a_copy():
    assert graph_of(nn.Sequential(Transposed(), nn.ReLU()), 4, 8).peak_activation_bytes == 4 * 64


class Transposed(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.transpose(1, 2)


@pytest.mark.parametrize("model_id", MODELS)
def test_multiply_accumulates_are_those_on_the_models_card(model_id):
    card = MODELS[model_id]
    assert graph_of(build(model_id), *DATASETS[card.dataset].input_shape).macs == card.macs


@pytest.mark.parametrize("model_id", [name for name in MODELS if name != "watch/gru"])
def test_pytorch_counts_the_same(model_id):
    module, shape = build(model_id).eval(), DATASETS[MODELS[model_id].dataset].input_shape
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, *shape))
    assert graph_of(module, *shape).macs == counter.get_total_flops() / 2


def test_a_gru_multiplies_both_its_matrices_at_every_step():
    gru = graph_of(build("watch/gru"), 6, 128).layers
    assert [layer.macs for layer in gru if layer.op == "GRU"] == [128 * 3 * 32 * (6 + 32)]
    assert [layer.name for layer in gru if layer.op == "GRU"] == ["gru"]


def test_layers_are_named_as_the_modules():
    names = {layer.name for layer in graph_of(build("fashion-mnist/vit-tiny"), 1, 28, 28).layers}
    assert {
        "patches",
        "position",
        "blocks.2.attention.qkv",
        "blocks.0.attention.Softmax",
        "fc",
    } <= names


def test_an_int8_file_holds_a_quarter_of_the_weights_and_activations():
    module = fold_batch_norm(Compressed(a_card(), build("fashion-mnist/resnet8").eval())).module
    file = export_onnx(module, (1, 28, 28))
    integers = quantize_onnx(file, activation_ranges(file, torch.randn(8, 1, 28, 28).numpy())).model
    floats, ints = read_graph(file), read_graph(integers)
    assert ints.macs == floats.macs
    assert ints.peak_activation_bytes == floats.peak_activation_bytes / 4
    assert 0.25 < ints.weight_bytes / floats.weight_bytes < 0.28
