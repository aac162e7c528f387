"""Files of one digest differ in their float weights alone."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.graph_digest import graph_digest
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/cnn"


def graph_of(*steps: str) -> str:
    subject = look_up(MODEL)
    return deploy(pipeline.compress(subject, Recipe.build(MODEL, steps))).graph


def a_file(
    weight: np.ndarray, *, scale: float = 2.0, shape: tuple[int, ...] = (-1, 2), op: str = "Add"
) -> bytes:
    """x -> reshaped, times a matrix, and a single float added or so."""
    constants = {
        "shape": np.array(shape, dtype=np.int64),
        "weight": weight,
        "scale": np.array(scale, dtype=np.float32),
    }
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["row"]),
        helper.make_node("MatMul", ["row", "weight"], ["product"]),
        helper.make_node(op, ["product", "scale"], ["y"]),
    ]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "test", ports[:1], ports[1:], initializers)
    return helper.make_model(graph).SerializeToString()


ONES = np.ones((2, 3), dtype=np.float32)


def test_the_values_of_float_weights_dont_count() -> None:
    assert graph_digest(a_file(ONES)) == graph_digest(a_file(0 * ONES))


@pytest.mark.parametrize(
    "other",
    [
        a_file(ONES.astype(np.float64)),
        a_file(np.ones((2, 4), dtype=np.float32)),
        a_file(ONES, scale=3.0),
        a_file(ONES, shape=(2, -1)),
        a_file(ONES, op="Mul"),
    ],
    ids=["number type", "shape of a weight", "a single float", "a shape", "an operator"],
)
def test_everything_else_counts(other: bytes) -> None:
    assert graph_digest(other) != graph_digest(a_file(ONES))


def test_an_attribute_counts() -> None:
    files = []
    for axis in (0, 1):
        node = helper.make_node("Softmax", ["x"], ["y"], axis=axis)
        ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
        graph = helper.make_graph([node], "test", ports[:1], ports[1:])
        files.append(graph_digest(helper.make_model(graph).SerializeToString()))
    assert files[0] != files[1]


@pytest.mark.parametrize("step", ["prune:sparsity=0.7", "quantize:bits=3,method=nearest"])
def test_zeros_and_fewer_bits_run_the_originals_graph(step: str) -> None:
    assert graph_of(step) == graph_of()


@pytest.mark.parametrize("step", ["prune-channels:ratio=0.5", "quantize:bits=8,activations=8"])
def test_fewer_channels_and_integers_run_another(step: str) -> None:
    assert graph_of(step) != graph_of()


def test_equal_widths_run_equal_graphs_whatever_their_weights() -> None:
    narrow = "prune-channels:ratio=0.5"
    assert graph_of(narrow, "quantize:bits=2,method=nearest") == graph_of(narrow)
