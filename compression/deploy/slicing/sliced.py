"""A whole deployed model as one in several parts, cut as its slicing says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import onnx

from compression.deploy.deployment import Deployment, Link, Part
from compression.deploy.slicing.costs import link_ms
from compression.deploy.slicing.dataflow import Tensor, dataflow_of
from compression.deploy.slicing.plan import Plan, Stage, plan_of
from compression.deploy.slicing.shards import shard_formats, with_shard
from compression.deploy.slicing.stage_file import stage_file
from compression.deploy.slicing.wire import Wire, wire_for
from compression.encoding import NumberFormat
from compression.models.slicing import Slicing


def sliced(whole: Part, slicing: Slicing) -> Deployment:
    """The part cut into stages; UsageError where it can't be cut so."""
    plan = plan_of(whole.loaded, slicing)
    loaded = _files(whole.loaded, plan, slicing)
    exact = loaded if whole.is_exact else _files(whole.exact, plan, slicing)
    holders = [(stage, shard) for stage in plan.stages for shard in range(stage.shards)]
    parts = tuple(
        Part(
            ours, ours if whole.is_exact else theirs, _formats(whole, *holder),
            _ints(ours, whole), _floats(ours, whole), whole.reason if not number else "",
        )
        for number, (ours, theirs, holder) in enumerate(zip(loaded, exact, holders, strict=True))
    )  # fmt: skip
    links = tuple(
        Link(
            link_ms(plan.sent_bytes[point.number - 1], slicing.link_mbps),
            plan.sent_bytes[point.number - 1] * after.shards,
        )
        for point, after in zip(plan.cuts, plan.stages[1:], strict=True)
    )
    return Deployment(
        parts,
        links,
        side_by_side=tuple(stage.shards for stage in plan.stages),
        devices=tuple(stage.device + shard for stage, shard in holders),
    )


def _files(model: bytes, plan: Plan, slicing: Slicing) -> list[bytes]:
    """Of the graph that was planned, or of one that computes the same more exactly between the same tensors."""
    read, tensors = onnx.load_from_string(model), dataflow_of(model).tensors
    wires: list[tuple[Wire, ...] | None] = [
        tuple(_wire(name, number, stage, slicing, tensors[name]) for name in point.tensors)
        for number, (point, stage) in enumerate(zip(plan.cuts, plan.stages, strict=False), start=1)
    ]
    files = []
    for stage, takes, gives in zip(plan.stages, [None, *wires], [*wires, None], strict=True):
        layer = stage.layers[0].divisible
        if stage.shards == 1 or layer is None:
            files.append(stage_file(read, tensors, takes=takes, gives=gives))
            continue
        for shard, (first, end) in enumerate(layer.channel_shares(stage.shards)):
            smaller = with_shard(read, layer, first, end)
            files.append(stage_file(smaller, tensors, takes=takes, gives=gives, shard=shard))
    return files


def _wire(name: str, link: int, stage: Stage, slicing: Slicing, known: Tensor) -> Wire:
    wire, layer = wire_for(name, link, slicing.link_dtype, known), stage.layers[0].divisible
    if stage.shards == 1 or layer is None or name != layer.tensor:
        return wire
    return replace(wire, shares=layer.shares(stage.shards), axis=layer.axis)


def _formats(whole: Part, stage: Stage, shard: int) -> Mapping[str, NumberFormat]:
    layer = stage.layers[0].divisible
    if stage.shards == 1 or layer is None:
        return whole.formats
    return shard_formats(whole.formats, layer, *layer.channel_shares(stage.shards)[shard])


def _ints(model: bytes, whole: Part) -> tuple[str, ...]:
    """Which of the whole model's int8 operators are in this part."""
    kinds = {node.op_type for node in onnx.load_from_string(model).graph.node}
    return tuple(op for op in whole.int8_operators if op in kinds) if whole.is_int8 else ()


def _floats(model: bytes, whole: Part) -> tuple[str, ...]:
    names = [item.name for item in onnx.load_from_string(model).graph.initializer]
    return tuple(
        layer for layer in whole.float_layers if any(name.startswith(f"{layer}.") for name in names)
    )
