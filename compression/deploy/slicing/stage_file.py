"""One stage as an ONNX file of its own: the nodes between what it is sent and what it sends, and only their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx

from compression.deploy.slicing.wire import Known, Wire, received, sent


def stage_file(
    model: onnx.ModelProto,
    shapes: Mapping[str, Known],
    *,
    takes: Sequence[Wire] | None,
    gives: Sequence[Wire] | None,
    shard: int | None = None,
) -> bytes:
    """The part of a file that turns what one link brings into what the next one takes.

    A ``shard`` sends its share of what is shared out, and the first one all that only passes by. ``takes`` is None for
    the first stage, which is given the model's input, ``gives`` for the last one.
    """
    graph = model.graph
    if gives is not None and shard:
        gives = [wire for wire in gives if wire.shares]
    starts = [graph.input[0].name] if takes is None else [wire.tensor for wire in takes]
    ends = [graph.output[0].name] if gives is None else [wire.tensor for wire in gives]
    nodes, weights = _between(graph, starts, ends)
    built = onnx.ModelProto()
    built.CopyFrom(model)
    for field in ("node", "initializer", "input", "output", "value_info"):
        built.graph.ClearField(field)
    before, inputs = received(takes, shapes)
    behind, outputs = sent(gives, shapes, shard)
    built.graph.input.extend(graph.input if takes is None else inputs)
    built.graph.output.extend(graph.output if gives is None else outputs)
    built.graph.node.extend([*before, *nodes, *behind])
    built.graph.initializer.extend(weights)
    return bytes(built.SerializeToString())


def _between(
    graph: onnx.GraphProto, starts: Sequence[str], ends: Sequence[str]
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """The nodes that make the ends of the starts, in the graph's order, and the initializers that they read."""
    maker = {name: index for index, node in enumerate(graph.node) for name in node.output if name}
    initializers = {item.name: item for item in graph.initializer}
    needed, weights, known = set(), {}, set(starts)
    asked = [name for name in ends if name not in known]
    while asked:
        name = asked.pop()
        if name in known:
            continue
        known.add(name)
        if name in initializers:
            weights[name] = initializers[name]
            continue
        if name not in maker:
            raise ValueError(f"{name} is needed in a stage that it isn't sent to.")
        needed.add(maker[name])
        asked += [each for each in graph.node[maker[name]].input if each]
    kept = [item for item in graph.initializer if item.name in weights]
    return [graph.node[index] for index in sorted(needed)], kept
