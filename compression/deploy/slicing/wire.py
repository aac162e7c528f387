"""What is sent over a link: a tensor as it is, as 16-bit floats, or as 8-bit integers with each example's own range.

The rounding is part of the stages' files, so that what it costs in accuracy is measured and not guessed. Ranges are
taken of each example when it is sent: no calibration, no outlier that spoils the others, and the same answer in any
batch. Zero is one of the 256 values, since activations are full of it (Jacob et al., 2018, arXiv:1712.05877).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import onnx
from onnx import TensorProto, helper

BATCH = "batch"
RANGE_BYTES = 8
"""Of an example that is sent as 8-bit integers: its smallest value and the step, both float32."""


class Known(Protocol):
    """Number type and shape of a tensor, without the batch axis."""

    @property
    def dtype(self) -> np.dtype: ...

    @property
    def shape(self) -> tuple[int, ...]: ...


@dataclass(frozen=True)
class Wire:
    """One tensor on one link, and the shares of its channels that come from different devices, if several do."""

    tensor: str
    link: int
    dtype: str
    """``fp32`` sends it as it is, whatever it is; ``fp16`` and ``int8`` round floats."""
    shares: tuple[tuple[int, int], ...] = ()
    """First and last + 1 channel of each shard that sends a part; empty: one device sends it all."""
    axis: int = 1
    """Of the channels."""

    def names(self, share: int | None = None) -> tuple[str, ...]:
        """What the tensors are called on the way: the values, and their ranges where they have some."""
        name = f"{self.tensor}/link{self.link}" + ("" if share is None else f"/{share}")
        return (name, f"{name}/range") if self.dtype == "int8" else (name,)


def wire_for(tensor: str, link: int, dtype: str, known: Known) -> Wire:
    """Integers stay as they are; floats are sent as asked."""
    return Wire(tensor, link, dtype if known.dtype == np.float32 else "fp32")


def wire_bytes(dtype: str, known: Known) -> int:
    """Of one example."""
    count = int(np.prod(known.shape))
    if known.dtype != np.float32 or dtype == "fp32":
        return count * known.dtype.itemsize
    return 2 * count if dtype == "fp16" else count + RANGE_BYTES


def sent(
    wires: Sequence[Wire] | None, shapes: Mapping[str, Known], share: int | None = None
) -> tuple[list[onnx.NodeProto], list[onnx.ValueInfoProto]]:
    """The nodes that make of each tensor what is sent, and the outputs that this is."""
    nodes: list[onnx.NodeProto] = []
    ports: list[onnx.ValueInfoProto] = []
    for wire in wires or ():
        known = shapes[wire.tensor]
        sharing = share if wire.shares else None
        ports += _ports(wire, known, sharing)
        nodes += _sending(wire, known, sharing)
    return nodes, ports


def received(
    wires: Sequence[Wire] | None, shapes: Mapping[str, Known]
) -> tuple[list[onnx.NodeProto], list[onnx.ValueInfoProto]]:
    """The nodes that make the tensors again of what has come, and the inputs that this is."""
    nodes: list[onnx.NodeProto] = []
    ports: list[onnx.ValueInfoProto] = []
    for wire in wires or ():
        known = shapes[wire.tensor]
        parts = range(len(wire.shares)) if wire.shares else (None,)
        for part in parts:
            ports += _ports(wire, known, part)
            nodes += _receiving(wire, known, part, _piece(wire, part))
        if wire.shares:
            pieces = [_piece(wire, part) for part in parts]
            nodes.append(helper.make_node("Concat", pieces, [wire.tensor], axis=wire.axis))
    return nodes, ports


def _piece(wire: Wire, part: int | None) -> str:
    return wire.tensor if part is None else f"{wire.tensor}/piece{wire.link}/{part}"


def _ports(wire: Wire, known: Known, part: int | None) -> list[onnx.ValueInfoProto]:
    shape = list(known.shape)
    if part is not None:
        first, end = wire.shares[part]
        shape[wire.axis - 1] = end - first
    kinds = {"fp32": known.dtype, "fp16": np.dtype("float16"), "int8": np.dtype("uint8")}
    names = wire.names(part)
    ports = [_port(names[0], kinds[wire.dtype], [BATCH, *shape])]
    if wire.dtype == "int8":
        ports.append(_port(names[1], np.dtype("float32"), [BATCH, 2]))
    return ports


def _port(name: str, dtype: np.dtype, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)


def _sending(wire: Wire, known: Known, part: int | None) -> list[onnx.NodeProto]:
    name = wire.names(part)[0]
    if wire.dtype == "fp32":
        return [helper.make_node("Identity", [wire.tensor], [name])]
    if wire.dtype == "fp16":
        # What float16 can't hold would arrive as infinity.
        widest = float(np.finfo(np.float16).max)
        return [
            *_constants(name, least=[-widest], most=[widest]),
            helper.make_node("Max", [wire.tensor, f"{name}/least"], [f"{name}/above"]),
            helper.make_node("Min", [f"{name}/above", f"{name}/most"], [f"{name}/within"]),
            helper.make_node("Cast", [f"{name}/within"], [name], to=TensorProto.FLOAT16),
        ]
    axes, columns = list(range(1, len(known.shape) + 1)), [-1, *([1] * len(known.shape))]

    def of(op: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
        full = [f"{name}/{each}" for each in inputs.split()]
        return helper.make_node(op, full, [f"{name}/{output}" if output else name], **attributes)

    read = helper.make_node("Identity", [wire.tensor], [f"{name}/x"])
    return [
        *_constants(name, zero=[0.0], steps=[255.0], tiny=[1e-30]),
        *_constants(name, TensorProto.INT64, flat=[-1, 1], full=columns),
        read,
        of("ReduceMin", "x", "min", axes=axes, keepdims=1),
        of("ReduceMax", "x", "max", axes=axes, keepdims=1),
        of("Min", "min zero", "low"),
        of("Max", "max zero", "high"),
        of("Sub", "high low", "span"),
        of("Div", "span steps", "even"),
        of("Max", "even tiny", "step"),
        # Zero becomes a whole number of steps above the lowest value, so that it arrives as exactly zero.
        of("Div", "low step", "below"),
        of("Round", "below", "point"),
        of("Div", "x step", "scaled"),
        of("Round", "scaled", "whole"),
        of("Sub", "whole point", "shifted"),
        of("Max", "shifted zero", "above"),
        of("Min", "above steps", "code"),
        of("Cast", "code", "", to=TensorProto.UINT8),
        of("Reshape", "point flat", "pointcolumn"),
        of("Reshape", "step flat", "stepcolumn"),
        of("Concat", "pointcolumn stepcolumn", "range", axis=1),
    ]  # fmt: skip


def _receiving(wire: Wire, known: Known, part: int | None, piece: str) -> list[onnx.NodeProto]:
    name = wire.names(part)[0]
    if wire.dtype == "fp32":
        return [helper.make_node("Identity", [name], [piece])]
    if wire.dtype == "fp16":
        return [helper.make_node("Cast", [name], [piece], to=TensorProto.FLOAT)]
    columns = [-1, *([1] * len(known.shape))]
    came = f"{name}/came"
    return [
        *_constants(came, TensorProto.INT64, full=columns),
        helper.make_node("Split", [f"{name}/range"], [f"{came}/a", f"{came}/b"], axis=1),
        helper.make_node("Reshape", [f"{came}/a", f"{came}/full"], [f"{came}/point"]),
        helper.make_node("Reshape", [f"{came}/b", f"{came}/full"], [f"{came}/step"]),
        helper.make_node("Cast", [name], [f"{came}/code"], to=TensorProto.FLOAT),
        helper.make_node("Add", [f"{came}/code", f"{came}/point"], [f"{came}/whole"]),
        helper.make_node("Mul", [f"{came}/whole", f"{came}/step"], [piece]),
    ]


def _constants(
    name: str, kind: int = TensorProto.FLOAT, **values: Sequence[float]
) -> list[onnx.NodeProto]:
    """Single floats, or rows of whole numbers."""
    return [
        helper.make_node(
            "Constant", [], [f"{name}/{key}"],
            value=helper.make_tensor(key, kind, [] if kind == TensorProto.FLOAT else [len(each)], each),
        )
        for key, each in values.items()
    ]  # fmt: skip
