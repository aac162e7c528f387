"""A whole deployed model as one in several parts, cut as its slicing says."""

from __future__ import annotations

import onnx

from compression.deploy.deployment import Deployment, Link, Part
from compression.deploy.slicing.costs import link_ms
from compression.deploy.slicing.dataflow import dataflow_of
from compression.deploy.slicing.plan import Plan, plan_of
from compression.deploy.slicing.stage_file import stage_file
from compression.deploy.slicing.wire import Wire, wire_for
from compression.models.slicing import Slicing


def sliced(whole: Part, slicing: Slicing) -> Deployment:
    """The part cut into stages; UsageError where it can't be cut so."""
    plan = plan_of(whole.loaded, slicing)
    loaded = _files(whole.loaded, plan, slicing)
    exact = loaded if whole.is_exact else _files(whole.exact, plan, slicing)
    parts = tuple(
        Part(
            ours, theirs, whole.formats, _ints(ours, whole), _floats(ours, whole),
            whole.reason if not number else "",
        )
        for number, (ours, theirs) in enumerate(zip(loaded, exact, strict=True))
    )  # fmt: skip
    links = tuple(
        Link(
            link_ms(plan.sent_bytes[point.number - 1], slicing.link_mbps),
            plan.sent_bytes[point.number - 1],
        )
        for point in plan.cuts
    )
    return Deployment(parts, links)


def _files(model: bytes, plan: Plan, slicing: Slicing) -> list[bytes]:
    """Of the graph that was planned, or of one that computes the same more exactly between the same tensors."""
    read, tensors = onnx.load_from_string(model), dataflow_of(model).tensors
    wires: list[tuple[Wire, ...] | None] = [
        tuple(wire_for(name, number, slicing.link_dtype, tensors[name]) for name in point.tensors)
        for number, point in enumerate(plan.cuts, start=1)
    ]
    ends = zip([None, *wires], [*wires, None], strict=True)
    return [stage_file(read, tensors, takes=takes, gives=gives) for takes, gives in ends]


def _ints(model: bytes, whole: Part) -> tuple[str, ...]:
    """Which of the whole model's int8 operators are in this part."""
    kinds = {node.op_type for node in onnx.load_from_string(model).graph.node}
    return tuple(op for op in whole.int8_operators if op in kinds) if whole.is_int8 else ()


def _floats(model: bytes, whole: Part) -> tuple[str, ...]:
    names = [item.name for item in onnx.load_from_string(model).graph.initializer]
    return tuple(
        layer for layer in whole.float_layers if any(name.startswith(f"{layer}.") for name in names)
    )
