"""Means over positions, written as the pooling that has an int8 kernel."""

from __future__ import annotations

import onnx
from onnx import helper


def with_global_pools(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same file with each mean over all positions of a convolution's output as GlobalAveragePool and Flatten.

    PyTorch's ``x.mean((2, 3))`` is exported as ReduceMean, for which ONNX Runtime has no int8 kernel. Only means that
    follow a convolution, through a ReLU or an addition, are known to have their channels on axis 1.
    """
    spatial = _spatial(model)
    written = onnx.ModelProto()
    written.CopyFrom(model)
    del written.graph.node[:]
    for node in model.graph.node:
        if node.op_type == "ReduceMean" and _axes(node) == spatial.get(node.input[0]):
            pooled = f"{node.output[0]}_pooled"
            name = node.name
            written.graph.node.extend([
                helper.make_node("GlobalAveragePool", [node.input[0]], [pooled], f"{name}_pool"),
                helper.make_node("Flatten", [pooled], [node.output[0]], f"{name}_flatten", axis=1),
            ])  # fmt: skip
        else:
            written.graph.node.append(node)
    return written


def _spatial(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """For each tensor known to be laid out as [N, C, positions...], the axes of its positions."""
    ranks = {item.name: len(item.dims) for item in model.graph.initializer}
    positions: dict[str, tuple[int, ...]] = {}
    for node in model.graph.node:
        if node.op_type == "Conv" and node.input[1] in ranks:
            positions[node.output[0]] = tuple(range(2, ranks[node.input[1]]))
        elif node.op_type in ("Relu", "Clip", "Add", "MaxPool") and node.input[0] in positions:
            positions[node.output[0]] = positions[node.input[0]]
    return positions


def _axes(node: onnx.NodeProto) -> tuple[int, ...]:
    """The axes of a mean that drops them (opset 17 has them as an attribute); empty otherwise."""
    attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
    if attributes.get("keepdims", 1):
        return ()
    return tuple(attributes.get("axes", ()))
