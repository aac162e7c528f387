"""Stages of one machine pass feature maps on as its runtime holds them, in blocks of channels, not brought in order.

ONNX Runtime computes convolutions on blocks of 8 or 16 channels, as wide as the processor's registers. Each file by
itself puts its outputs in the usual order, and the next one puts them in blocks again: on DS-CNN and ResNet-8 a tenth
of both stages' time. Between two processes of one machine nobody looks at that order, so both steps are left out. The
values are the same, and so are their bytes. Files for devices are never changed like that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnx

from compression.deploy.deployment import Deployment
from compression.deploy.runtime import save_optimised

WIDEST = 16
"""Channels of a block at most: of as many, or a multiple, none is padded, whatever this processor's blocks are."""


def models_of(deployment: Deployment) -> list[bytes]:
    """The file of each part as it runs here; as it ships where layers are shared out by channels in their order."""
    files = [part.model for part in deployment.parts]
    return passed_in_blocks(files) if len(files) == len(deployment.stages) else files


def passed_in_blocks(files: Sequence[bytes]) -> list[bytes]:
    """The files of stages, one after the other, with what can be passed on in blocks passed on so."""
    optimised = [_optimised(file) for file in files]
    changed = [False] * len(files)
    for at, (before, behind) in enumerate(zip(optimised, optimised[1:], strict=False)):
        for tensor in [port.name for port in before.graph.output]:
            makes, takes = _maker(before.graph, tensor), _takers(behind.graph, tensor)
            if makes is not None and takes:
                _leave_out_behind(before.graph, tensor, makes)
                _leave_out_before(behind.graph, tensor, takes)
                changed[at] = changed[at + 1] = True
    return [
        bytes(model.SerializeToString()) if is_changed else file
        for file, model, is_changed in zip(files, optimised, changed, strict=True)
    ]


def _optimised(file: bytes) -> onnx.ModelProto:
    """As this machine's runtime rewrites it."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "stage.onnx"
        save_optimised(file, written)
        return onnx.load(written)


def _maker(graph: onnx.GraphProto, tensor: str) -> onnx.NodeProto | None:
    """The node that brings an output in order, where nothing else needs it so; looked for behind an Identity."""
    made_by = {name: node for node in graph.node for name in node.output}
    node = made_by.get(tensor)
    while node is not None and node.op_type == "Identity":
        node = made_by.get(node.input[0])
    if node is None or node.op_type != "ReorderOutput":
        return None
    channels = next((item.i for item in node.attribute if item.name == "channels"), 0)
    last = next((item.i for item in node.attribute if item.name == "channels_last"), 0)
    return node if channels and channels % WIDEST == 0 and not last else None


def _takers(graph: onnx.GraphProto, tensor: str) -> list[onnx.NodeProto]:
    """The nodes that put an input in blocks; none where something takes it as it is."""
    nodes = list(_readers(graph, tensor))
    are_reordering = all(
        node.op_type == "ReorderInput" and not any(item.i for item in node.attribute)
        for node in nodes
    )
    return nodes if are_reordering else []


def _readers(graph: onnx.GraphProto, tensor: str) -> Iterator[onnx.NodeProto]:
    return (node for node in graph.node if tensor in node.input)


def _leave_out_behind(graph: onnx.GraphProto, tensor: str, reorder: onnx.NodeProto) -> None:
    """The output is what the reordering was given; whoever else reads the ordered tensor still has it."""
    blocks, ordered = reorder.input[0], reorder.output[0]
    if ordered == tensor:
        others = list(_readers(graph, tensor))
        reorder.output[0] = f"{tensor}/ordered"
        for node in others:
            node.input[:] = [f"{tensor}/ordered" if name == tensor else name for name in node.input]
        at = list(graph.node).index(reorder)
        graph.node.insert(at, onnx.helper.make_node("Identity", [blocks], [tensor]))
        ordered = f"{tensor}/ordered"
    else:
        copying = next(node for node in graph.node if tensor in node.output)
        copying.input[0] = blocks
    outputs = [port.name for port in graph.output]
    if ordered not in outputs and not any(_readers(graph, ordered)):
        graph.node.remove(reorder)


def _leave_out_before(
    graph: onnx.GraphProto, tensor: str, reorders: Sequence[onnx.NodeProto]
) -> None:
    blocks = {node.output[0] for node in reorders}
    for node in reorders:
        graph.node.remove(node)
    for node in graph.node:
        node.input[:] = [tensor if name in blocks else name for name in node.input]
