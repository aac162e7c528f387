"""What a head of an early exit is given at a cut: one activation in floats, and how it is to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx

from compression.deploy.slicing.dataflow import Dataflow, FlowNode
from compression.deploy.slicing.layers import CutPoint, Layers
from compression.errors import UsageError
from compression.models.exits import ExitShape, HeadNeeds, head_needs

_VIEWS = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity")
_CHANNELS_LAST = ("MatMul", "Gemm", "LayerNormalization", "GRU", "LSTM", "RNN")
MOST_AXES = 3


@dataclass(frozen=True)
class ExitPoint:
    """A tensor of the deployed graph, its shape there, and what a head takes it for."""

    tensor: str
    shape: tuple[int, ...]
    of: ExitShape


@dataclass(frozen=True)
class Heads:
    """What a head at each cut point would take of the device before it."""

    weight_bytes: tuple[int, ...]
    peak_bytes: tuple[int, ...]
    """Activations alive while it runs, what is sent on included."""


def heads_of(flow: Dataflow, layers: Layers) -> Heads:
    """Nothing where none can be attached, which is refused when such a cut is taken."""
    needs = [_needs(flow, cut) for cut in layers.points]
    return Heads(
        tuple(each.weight_bytes for each in needs),
        tuple(
            cut.bytes + each.activation_bytes
            for cut, each in zip(layers.points, needs, strict=True)
        ),
    )


def _needs(flow: Dataflow, cut: CutPoint) -> HeadNeeds:
    (classes,) = flow.tensors[flow.output].shape
    try:
        return head_needs(exit_point(flow, cut).of, classes)
    except UsageError:
        return HeadNeeds(0, 0)


def exit_point(flow: Dataflow, cut: CutPoint) -> ExitPoint:
    """Of a value and the shortcut around the block that it is in the value, which was made last."""
    for name in sorted(cut.tensors, key=lambda each: flow.born[each], reverse=True):
        tensor = flow.tensors[name]
        if tensor.dtype == np.float32 and 1 <= len(tensor.shape) <= MOST_AXES:
            whole = flow.tensors[_before_views(flow, name)].shape
            shape = whole if 1 <= len(whole) <= MOST_AXES else tensor.shape
            last = len(shape) == 2 and not _made_by_convolution(flow, name)
            return ExitPoint(name, tensor.shape, ExitShape(shape, channels_last=last))
    raise UsageError(
        f"No exit can be attached at cut {cut.number}, where no activation in floats passes: choose other cuts."
    )


def _maker(flow: Dataflow, name: str) -> FlowNode | None:
    born = flow.born[name]
    return flow.nodes[born] if born >= 0 else None


def _before_views(flow: Dataflow, name: str) -> str:
    """The tensor whose values a flattened one holds: a map says more than a list of its numbers."""
    node = _maker(flow, name)
    if node is None or node.op not in _VIEWS or not flow.tensors[node.inputs[0]].by_example:
        return name
    return _before_views(flow, node.inputs[0])


def _made_by_convolution(flow: Dataflow, name: str) -> bool:
    """Whether channels come before positions: as a convolution leaves them, unless they were transposed since."""
    swapped = False
    while (node := _maker(flow, name)) is not None:
        if node.op == "Conv":
            return not swapped
        if node.op in _CHANNELS_LAST:
            return swapped
        if node.op == "Transpose":
            order = _attribute(flow.model.graph.node[node.index], "perm")
            swapped ^= bool(order) and order[-1] < order[-2]
        name = node.inputs[0]
    return not swapped


def _attribute(node: onnx.NodeProto, name: str) -> Any:
    return next((onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name), ())
