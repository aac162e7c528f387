"""Weights stored as codes come back bit for bit, the file is smaller, and loading leaves no trace of them."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper
from torch import nn

from compression.deploy.onnx import export_onnx, swap_weights
from compression.deploy.packed import pack_weights
from compression.deploy.runtime import open_session
from compression.encoding import Grid, float_levels, integer_levels

ROWS, INPUTS = 16, 300
ONE = np.ones((1, 1), dtype=np.float32)


def scales(groups: int = 1) -> np.ndarray:
    """Positive ones that float16 holds."""
    drawn = np.random.default_rng(0).uniform(0.01, 0.1, (ROWS, groups))
    return drawn.astype(np.float16).astype(np.float32)


def powers(groups: int) -> np.ndarray:
    return np.exp2(np.floor(np.log2(scales(groups)))).astype(np.float32)


GRIDS = {
    "binary": Grid("int", integer_levels(1), scales()),
    "ternary": Grid("int", integer_levels(1.58), scales()),
    "3 bits, groups and zeros": Grid(
        "int", integer_levels(3, full=True), scales(19), np.round(scales(19) * 40), group=16,
        stored="float16",
    ),
    "4 bits per tensor": Grid("int", integer_levels(4), np.float32([[0.3]])),
    "8 bits": Grid("int", integer_levels(8), scales()),
    "12 bits": Grid("int", integer_levels(12), scales() / 100),
    "12 bits, powers of two and zero points": Grid(
        "int", integer_levels(12, full=True), powers(1) / 64, np.round(scales() * 20_001), stored="exponent",
    ),
    "16 bits, powers of two and zero points": Grid(
        "int", integer_levels(16, full=True), powers(1) / 1024, np.round(scales() * 320_001), stored="exponent",
    ),
    "binary, powers of two and zero points": Grid(
        "int", integer_levels(1), powers(1), scales() * 7.3, stored="exponent"
    ),
    "codebook": Grid("codebook", np.float32([-1, -0.2, 0, 0.3, 1.7]), scales()),
    "E2M1, MX": Grid("float", float_levels(2, 1), powers(10), group=32, stored="exponent", exponent=2, mantissa=1),
    "fp16": Grid("float", float_levels(5, 10), ONE, stored="one", exponent=5, mantissa=10),
    "bf16": Grid("float", float_levels(8, 7), ONE, stored="one", exponent=8, mantissa=7),
    "E4M3 without scales": Grid("float", float_levels(4, 3), ONE, stored="one", exponent=4, mantissa=3),
}  # fmt: skip


def on_grid(grid: Grid) -> tuple[bytes, np.ndarray]:
    """A linear layer's file whose weight lies on the grid, and that weight."""
    layer = nn.Linear(INPUTS, ROWS)
    drawn = np.random.default_rng(1).normal(0, 0.2, (ROWS, INPUTS)).astype(np.float32)
    weight = grid.round(drawn)
    state = {"weight": weight, "bias": layer.bias.detach().numpy()}
    return swap_weights(export_onnx(layer, (INPUTS,)), state), weight


def loaded(file: bytes, name: str) -> np.ndarray:
    """What a tensor holds once the file runs."""
    model = onnx.load_from_string(file)
    model.graph.output.append(onnx.ValueInfoProto(name=name))
    session = open_session(model.SerializeToString(), optimised=False)
    return session.run([name], {"input": np.zeros((1, INPUTS), np.float32)})[0]


@pytest.mark.parametrize("name", GRIDS)
def test_weights_come_back_bit_for_bit(name):
    file, weight = on_grid(GRIDS[name])
    packed = pack_weights(file, {"weight": GRIDS[name]})
    assert "weight" not in [item.name for item in onnx.load_from_string(packed).graph.initializer]
    assert np.array_equal(loaded(packed, "weight"), weight)


@pytest.mark.parametrize(
    ("name", "bits"), [("binary", 1), ("ternary", 1.6), ("4 bits per tensor", 4), ("8 bits", 8), ("bf16", 16)],
)  # fmt: skip
def test_codes_take_the_bits_of_their_format(name, bits):
    packed = pack_weights(on_grid(GRIDS[name])[0], {"weight": GRIDS[name]})
    codes = [
        item for item in onnx.load_from_string(packed).graph.initializer
        if item.name in ("weight_codes", "weight_half")
    ]  # fmt: skip
    assert [len(item.raw_data) for item in codes] == [np.ceil(ROWS * INPUTS * bits / 8)]


@pytest.mark.parametrize("name", ["3 bits, groups and zeros", "codebook", "fp16"])
def test_a_loaded_file_runs_the_same_nodes_as_floats(name, tmp_path):
    file, _ = on_grid(GRIDS[name])

    def nodes(model: bytes) -> list[str]:
        options = ort.SessionOptions()
        options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
        options.log_severity_level = 3
        ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]

    assert nodes(pack_weights(file, {"weight": GRIDS[name]})) == nodes(file)


def test_pruned_weights_stay_zero_in_a_grid_without_zero():
    grid = GRIDS["binary"]
    file, weight = on_grid(grid)
    weight[:, ::3] = 0
    bias = numpy_helper.to_array(onnx.load_from_string(file).graph.initializer[1])
    packed = pack_weights(swap_weights(file, {"weight": weight, "bias": bias}), {"weight": grid})
    assert np.array_equal(loaded(packed, "weight"), weight)
    assert len(packed) < len(file)


def test_weights_off_their_grid_stay_floats():
    file, _ = on_grid(GRIDS["8 bits"])
    assert pack_weights(file, {"weight": GRIDS["ternary"]}) == file


def test_a_weight_too_small_to_gain_stays_floats():
    grid = Grid("int", integer_levels(4), np.float32([[0.5]]))
    layer = nn.Linear(4, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(grid.round(layer.weight.numpy())))
    file = export_onnx(layer, (4,))
    assert pack_weights(file, {"weight": grid}) == file
