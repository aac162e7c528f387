"""Memory is the deployed file's weights and the activations at their most."""

from torch import nn

from compression.deploy.onnx import export_onnx
from compression.measure.graph import read_graph
from compression.measure.memory import measure_memory


def test_a_linear_layer_by_hand():
    memory = measure_memory(read_graph(export_onnx(nn.Linear(10, 5), (10,))))
    assert memory.value == 220 + 4 * (10 + 5)
    assert memory.how == "modelled"
    assert "weights 220 + activations 60 bytes" in memory.note
