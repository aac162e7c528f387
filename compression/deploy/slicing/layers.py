"""A graph as a row of layers with a cut point between any two: the smallest pieces that a stage can be made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from compression.deploy.node_names import path_in_module
from compression.deploy.slicing.dataflow import ByGraph, Dataflow, FlowNode, dataflow_of
from compression.deploy.slicing.shards import Divisible, divisible

MOST_TENSORS = 2
"""What may cross a cut: a value, and the shortcut around the block that it is in. Attention's q, k and v may not."""


@dataclass(frozen=True)
class CutPoint:
    """A place between two layers; numbered from 1 in the order of the graph."""

    number: int
    place: int
    """So many nodes of the flow stand before it."""
    tensors: tuple[str, ...]
    """What is sent over a link that lies here."""
    bytes: int
    """Of one example, in the numbers that the graph itself holds."""


@dataclass(frozen=True)
class Layer:
    """The nodes between two cut points. Figures are for one example."""

    name: str
    ops: tuple[str, ...]
    macs: int
    depthwise_macs: int
    """Of those, the ones of convolutions whose channels are not mixed: kernels are slower at these."""
    recurrent_macs: int
    elements: int
    """Numbers that it writes."""
    nodes: int
    weights: tuple[str, ...]
    weight_bytes: int
    activation_bytes: int
    """The most that is alive at once while it runs, what only passes by included."""
    is_int8: bool
    divisible: Divisible | None
    """How it can be shared out among devices, if it can be."""


@dataclass(frozen=True)
class Layers:
    """All layers of a graph, and the cut points between them: one fewer."""

    layers: tuple[Layer, ...]
    points: tuple[CutPoint, ...]
    input_bytes: int
    output_bytes: int


_KNOWN = ByGraph()


def layers_of(model: bytes) -> Layers:
    """Read from the file, once for all files of one graph."""
    return _KNOWN.get(model, _read)


def _read(model: bytes) -> Layers:
    flow = dataflow_of(model)
    places = _worth_it(flow, list(_legal(flow)))
    points = tuple(
        CutPoint(number, place, flow.crossing(place), _sent_bytes(flow, place))
        for number, place in enumerate(places, start=1)
    )
    ends = [0, *places, len(flow.nodes)]
    layers = [_layer(flow, start, end) for start, end in zip(ends, ends[1:], strict=False)]
    return Layers(
        _named_apart(layers), points,
        flow.tensors[flow.input].bytes, flow.tensors[flow.output].bytes,
    )  # fmt: skip


_SENT = tuple(map(np.dtype, ("float32", "int8", "uint8")))


def _legal(flow: Dataflow) -> Iterator[int]:
    """Where a graph can be cut: few tensors cross, each holds an example a row, and both sides multiply."""
    macs = [node.macs for node in flow.nodes]
    for place in range(1, len(flow.nodes)):
        tensors = [flow.tensors[name] for name in flow.crossing(place)]
        can_be_sent = all(tensor.by_example and tensor.dtype in _SENT for tensor in tensors)
        if len(tensors) <= MOST_TENSORS and can_be_sent and any(macs[:place]) and any(macs[place:]):
            yield place


def _worth_it(flow: Dataflow, places: list[int]) -> list[int]:
    """Of two places between which nothing is multiplied and no weight lies, such as before and behind a Relu, a
    pooling or a residual sum, the one where less is sent: the other is never better."""
    kept: list[int] = []
    for place in places:
        if kept and not any(_has_work(flow, node) for node in flow.nodes[kept[-1] : place]):
            if _sent_bytes(flow, place) > _sent_bytes(flow, kept[-1]):
                continue
            kept.pop()
        kept.append(place)
    while kept and not any(_has_work(flow, node) for node in flow.nodes[kept[-1] :]):
        kept.pop()
    return kept


def _has_work(flow: Dataflow, node: FlowNode) -> bool:
    """A bias goes with what it is added to, and scales of 8-bit numbers are no weights."""
    has_weights = any(flow.initializer_bytes[name] > 8 for name in node.weights)
    return bool(node.macs) or (has_weights and node.op != "Add")


def _sent_bytes(flow: Dataflow, place: int) -> int:
    return sum(flow.tensors[name].bytes for name in flow.crossing(place))


def _layer(flow: Dataflow, start: int, end: int) -> Layer:
    nodes = flow.nodes[start:end]
    weights = tuple(dict.fromkeys(name for node in nodes for name in node.weights))
    written = [flow.tensors[name] for node in nodes for name in node.outputs]
    multiplying = [node for node in nodes if node.macs]
    stems = [name for node in multiplying for name in node.weights] or (
        [] if multiplying else [name for name in weights if flow.initializer_bytes[name] > 8]
    )
    return Layer(
        name=(stems[0].rpartition(".")[0] or stems[0]) if stems else _path(flow, nodes),
        ops=tuple(node.op for node in nodes),
        macs=sum(node.macs for node in nodes),
        depthwise_macs=sum(node.macs for node in nodes if _is_depthwise(flow, node)),
        recurrent_macs=sum(node.macs for node in nodes if node.op in ("GRU", "LSTM", "RNN")),
        elements=sum(tensor.bytes // tensor.dtype.itemsize for tensor in written),
        nodes=len(nodes),
        weights=weights,
        weight_bytes=sum(flow.initializer_bytes[name] for name in weights),
        activation_bytes=max(_alive(flow, place) for place in range(start, end)),
        is_int8=any(node.op in ("QuantizeLinear", "DequantizeLinear") for node in nodes),
        divisible=divisible(flow, start, end),
    )


def _alive(flow: Dataflow, place: int) -> int:
    """Bytes of the flow that are there while a node runs: what it and all later ones read, and what it writes."""
    return sum(
        tensor.bytes
        for name, tensor in flow.tensors.items()
        if flow.born[name] <= place <= flow.last_use.get(name, flow.born[name])
    )


def _is_depthwise(flow: Dataflow, node: FlowNode) -> bool:
    attributes = flow.model.graph.node[node.index].attribute
    return node.op == "Conv" and any(item.name == "group" and item.i > 1 for item in attributes)


def _path(flow: Dataflow, nodes: tuple[FlowNode, ...]) -> str:
    """``/blocks/blocks.0/attention/MatMul`` is in ``blocks.0.attention``: where nodes without weights stand."""
    stem = next((node for node in nodes if node.macs), nodes[0])
    *path, _ = path_in_module(flow.model.graph.node[stem.index].name) or [""]
    return ".".join(path) or stem.op


def _named_apart(layers: list[Layer]) -> tuple[Layer, ...]:
    """Layers without a name of their own, such as poolings, get numbers where there are several."""
    names = [layer.name for layer in layers]
    return tuple(
        replace(layer, name=f"{layer.name} {names[: at + 1].count(layer.name)}")
        if names.count(layer.name) > 1
        else layer
        for at, layer in enumerate(layers)
    )
