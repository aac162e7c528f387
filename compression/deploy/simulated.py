"""A float ONNX file that rounds what flows into its layers: for activation bits that no kernel computes in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import helper, numpy_helper

from compression.models.compressed import ActivationFormat

_MULTIPLYING = ("Conv", "Gemm", "MatMul", "GRU", "LSTM", "RNN")


def round_activations(model: bytes, activations: Mapping[str, ActivationFormat]) -> bytes:
    """The file with the input of each named layer rounded; names are the layers' paths in the module.

    Raises ValueError where a layer is not found: the accuracy would be that of another recipe.
    """
    graph = onnx.load_from_string(model)
    paths = _paths(graph)
    if missing := set(activations) - set(paths.values()):
        raise ValueError(f"The file has no layer {min(missing)}: export the same module.")
    nodes: list[onnx.NodeProto] = []
    rounded: dict[tuple[str, ActivationFormat], str] = {}
    for index, node in enumerate(graph.graph.node):
        number_format = activations.get(paths.get(index, ""))
        if number_format is not None:
            key = (node.input[0], number_format)
            if key not in rounded:
                rounded[key] = f"{node.input[0]}_rounded_{len(rounded)}"
                nodes += _rounding(graph, node.input[0], rounded[key], number_format)
            node.input[0] = rounded[key]
        nodes.append(node)
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.graph.node[:]
    graph.graph.node.extend(copies)
    return graph.SerializeToString()


def _paths(model: onnx.ModelProto) -> dict[int, str]:
    """The path of the layer that each multiplying node stands for, by the node's place in the graph.

    Weights may pass through other nodes first: a linear layer's is transposed, a GRU's gates are reordered.
    """
    stems = {item.name: item.name for item in model.graph.initializer}
    paths: dict[int, str] = {}
    for index, node in enumerate(model.graph.node):
        inputs = [name for name in node.input if name]
        if node.op_type in _MULTIPLYING and len(inputs) > 1 and inputs[1] in stems:
            paths[index] = stems[inputs[1]].rpartition(".")[0]
        elif node.op_type == "Constant":
            stems[node.output[0]] = ""
        elif inputs and all(name in stems for name in inputs):
            stem = next((stems[name] for name in inputs if stems[name]), "")
            stems.update(dict.fromkeys(node.output, stem))
    return paths


def _rounding(
    model: onnx.ModelProto, source: str, target: str, number_format: ActivationFormat
) -> list[onnx.NodeProto]:
    """``round(clip(source / scale)) * scale``, in floats, so that it serves any number of bits."""
    zero = number_format.zero_point
    constants = {
        "scale": number_format.scale, "low": -zero, "high": number_format.levels - 1 - zero
    }  # fmt: skip
    for name, value in constants.items():
        array = np.asarray(value, dtype=np.float32)
        model.graph.initializer.append(numpy_helper.from_array(array, f"{target}_{name}"))
    divided, clipped, codes = f"{target}_divided", f"{target}_clipped", f"{target}_codes"
    return [
        helper.make_node("Div", [source, f"{target}_scale"], [divided]),
        helper.make_node("Clip", [divided, f"{target}_low", f"{target}_high"], [clipped]),
        helper.make_node("Round", [clipped], [codes]),
        helper.make_node("Mul", [codes, f"{target}_scale"], [target]),
    ]
