"""A layer shared out among devices by its output channels: each holds some rows of its weights, all get its input.

What follows channel by channel, such as a bias, a Relu or a pooling, stays with the shard; the next stage puts the
channels together again (Mao et al., 2017, "MoDNN"; Shoeybi et al., 2019, arXiv:1909.08053).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import numpy_helper

from compression.deploy.slicing.dataflow import Dataflow, FlowNode
from compression.encoding import Grid, NumberFormat

_BY_CHANNEL = (
    *("Relu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "LeakyRelu", "Erf", "Gelu", "Sqrt", "Pow"),
    *("Add", "Sub", "Mul", "Div", "MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMean", "Flatten"),
    *("QuantizeLinear", "DequantizeLinear", "Identity"),
)  # fmt: skip


@dataclass(frozen=True)
class Divisible:
    """How a layer can be shared out: its channels, the one tensor that it makes, and where its weights are cut."""

    channels: int
    tensor: str
    axis: int
    """Of the channels in that tensor, the batch axis counted."""
    times: int
    """So many numbers along the axis belong to a channel: more than one where a feature map was flattened."""
    cut: tuple[tuple[str, int], ...]
    """Initializers and the axis along which each is cut."""

    def channel_shares(self, shards: int) -> tuple[tuple[int, int], ...]:
        """First and last + 1 channel of each; as even as may be."""
        ends = [round(self.channels * each / shards) for each in range(shards + 1)]
        return tuple(zip(ends, ends[1:], strict=False))

    def shares(self, shards: int) -> tuple[tuple[int, int], ...]:
        """The same along the tensor's axis."""
        return tuple(
            (first * self.times, end * self.times) for first, end in self.channel_shares(shards)
        )


def divisible(flow: Dataflow, start: int, end: int) -> Divisible | None:
    """How the layer of these nodes of the flow can be shared out; None where it can't be."""
    nodes = flow.nodes[start:end]
    multiplying = [node for node in nodes if node.macs]
    made = [name for name in flow.crossing(end) if flow.born[name] >= start]
    if len(multiplying) != 1 or len(made) != 1:
        return None
    main = multiplying[0]
    weights = _of_main(flow, main)
    if weights is None:
        return None
    channels, cut = weights
    followers = nodes[nodes.index(main) + 1 :]
    inside = set(main.outputs)
    for node in followers:
        more = _of_follower(flow, node, inside, channels)
        if more is None:
            return None
        cut |= more
        inside |= set(node.outputs)
    is_image = main.op == "Conv"
    shape = flow.tensors[made[0]].shape
    axis = 1 if is_image else len(shape)
    if made[0] not in inside or shape[axis - 1] % channels:
        return None
    return Divisible(
        channels, made[0], axis, shape[axis - 1] // channels, tuple(sorted(cut.items()))
    )


def with_shard(model: onnx.ModelProto, layer: Divisible, first: int, end: int) -> onnx.ModelProto:
    """The file with only these channels of the layer; what comes after it no longer fits."""
    axes, smaller = dict(layer.cut), onnx.ModelProto()
    smaller.CopyFrom(model)
    for item in smaller.graph.initializer:
        if item.name in axes:
            values = numpy_helper.to_array(item)
            part = np.ascontiguousarray(np.take(values, range(first, end), axes[item.name]))
            item.CopyFrom(numpy_helper.from_array(part, item.name))
    return smaller


def shard_formats(
    formats: Mapping[str, NumberFormat], layer: Divisible, first: int, end: int
) -> dict[str, NumberFormat]:
    """The number formats of the weights that are left: a row's scale goes with the row."""
    axes = dict(layer.cut)
    kept = {}
    for name, known in formats.items():
        if name in axes and isinstance(known, Grid):
            if axes[name] != 0:
                continue
            if len(known.scale) > 1:
                zero = (
                    None
                    if known.zero is None
                    else known.zero[first:end]
                    if len(known.zero) > 1
                    else known.zero
                )
                known = replace(known, scale=known.scale[first:end], zero=zero)
        kept[name] = known
    return kept


def _of_main(flow: Dataflow, node: FlowNode) -> tuple[int, dict[str, int]] | None:
    """The channels of a multiplying node and where its weights are cut."""
    written = flow.model.graph.node[node.index]
    attributes = {item.name: item for item in written.attribute}
    if (
        node.op not in ("Conv", "Gemm", "MatMul")
        or len(node.inputs) != 1
        or written.input[0] != node.inputs[0]
    ):
        return None
    if node.op == "Conv" and "group" in attributes and attributes["group"].i > 1:
        return None
    rows_first = node.op == "Conv" or ("transB" in attributes and attributes["transB"].i == 1)
    cut = _cut(flow, written.input[1], 0 if rows_first else 1)
    if cut is None:
        return None
    if len(written.input) > 2 and written.input[2]:
        bias = _cut(flow, written.input[2], 0)
        if bias is None:
            return None
        cut |= bias
    shape = flow.tensors[node.outputs[0]].shape
    return (shape[0] if node.op == "Conv" else shape[-1]), cut


def _of_follower(
    flow: Dataflow, node: FlowNode, inside: set[str], channels: int
) -> dict[str, int] | None:
    """Where the constants of a node behind are cut; None where it looks beyond its own channels."""
    if node.op not in _BY_CHANNEL or not set(node.inputs) <= inside:
        return None
    written = flow.model.graph.node[node.index]
    if node.op == "ReduceMean" and not _over_positions(written):
        return None
    cut: dict[str, int] = {}
    for name in written.input:
        if name in node.inputs or not name:
            continue
        size = flow.constant_size(name)
        if size == 1:
            continue
        more = _cut(flow, name, 0) if size == channels else None
        if more is None:
            return None
        cut |= more
    return cut


def _over_positions(node: onnx.NodeProto) -> bool:
    """Whether a mean is over the places of a feature map, and leaves its channels apart."""
    axes = next((list(item.ints) for item in node.attribute if item.name == "axes"), [])
    return bool(axes) and all(axis in (2, 3, -1, -2) for axis in axes)


def _cut(flow: Dataflow, name: str, axis: int) -> dict[str, int] | None:
    """The initializers behind a constant, and the axes along which cutting them cuts it along ``axis``."""
    if name in flow.initializer_bytes:
        return {name: axis}
    maker = flow.makers.get(name)
    if maker is None:
        return None
    if maker.op_type == "Transpose":
        order = next((list(item.ints) for item in maker.attribute if item.name == "perm"), None)
        return None if order is None else _cut(flow, maker.input[0], order[axis])
    if maker.op_type == "DequantizeLinear":
        cut = _cut(flow, maker.input[0], axis)
        scales = [each for each in maker.input[1:] if each and flow.constant_size(each) > 1]
        more = [_cut(flow, each, 0) for each in scales]
        if cut is None or None in more:
            return None
        for each in more:
            cut |= each or {}
        return cut
    return None
