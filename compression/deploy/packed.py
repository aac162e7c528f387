"""Weights kept in an ONNX file in as few bits as their format needs, and unpacked when the file is loaded.

Only standard operations on constants: any runtime folds them into float weights once, so that the file is smaller and
runs as fast as floats do. DequantizeLinear would say the same in one node, but ONNX Runtime leaves it in place to look
for integer kernels, and then runs it on every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from compression.encoding import Grid, NumberFormat

Array = np.ndarray[Any, np.dtype[Any]]

_HALF = {(5, 10): TensorProto.FLOAT16, (8, 7): TensorProto.BFLOAT16}
"""Floats that ONNX has a type for, by their bits of exponent and mantissa."""

_SHORT = (TensorProto.FLOAT16, TensorProto.BFLOAT16)


def pack_weights(model: bytes, formats: Mapping[str, NumberFormat]) -> bytes:
    """The same file with each initializer that has a grid stored as that grid's codes, where this saves bytes."""
    if not formats:
        return model
    graph = onnx.load_from_string(model)
    nodes: list[onnx.NodeProto] = []
    kept: list[onnx.TensorProto] = []
    for item in graph.graph.initializer:
        packed = _packed(numpy_helper.to_array(item), item.name, formats.get(item.name))
        if packed is None or packed.bytes >= len(item.raw_data):
            kept.append(item)
        else:
            kept.extend(packed.initializers)
            nodes.extend(packed.nodes)
    nodes.extend(graph.graph.node)
    written = onnx.ModelProto()
    written.CopyFrom(graph)
    del written.graph.initializer[:], written.graph.node[:]
    written.graph.initializer.extend(kept)
    written.graph.node.extend(nodes)
    return written.SerializeToString()


def _packed(values: Array, name: str, number_format: NumberFormat | None) -> _Packed | None:
    """None for floats, and for a tensor with values that its grid doesn't hold: those of nothing but zeros it can."""
    if not isinstance(number_format, Grid) or not values.size:
        return None
    codes, off_grid = number_format.coded(values)
    if (off_grid & (values != 0)).any():
        return None
    return _Packed(name, values, number_format, codes, off_grid)


class _Packed:
    """The constants and nodes that give one tensor back, bit for bit, under its own name."""

    def __init__(self, name: str, values: Array, grid: Grid, codes: Array, pruned: Array) -> None:
        self.name, self.shape, self.grid = name, values.shape, grid
        self.initializers: list[onnx.TensorProto] = []
        self.nodes: list[onnx.NodeProto] = []
        floats = _HALF.get((grid.exponent, grid.mantissa)) if grid.stored == "one" else None
        if floats is not None:
            self._node(
                "Cast", self._half("half", values, floats), output=name, to=TensorProto.FLOAT
            )
        else:
            self._from_codes(codes, pruned)

    @property
    def bytes(self) -> int:
        return sum(len(item.raw_data) for item in self.initializers) + 60 * len(self.nodes)

    def _from_codes(self, codes: Array, pruned: Array) -> None:
        grid, inputs = self.grid, codes.shape[1]
        value = self._level(self._unpacked("codes", codes, grid.levels.size))
        if grid.zero is not None:
            value = self._node("Sub", value, self._spread("zero", grid.zero, inputs))
        if grid.stored != "one":
            value = self._node("Mul", value, self._spread("scale", grid.scale, inputs))
        if pruned.any():
            mask = self._unpacked("kept", ~pruned.reshape(codes.shape), 2)
            value = self._node("Mul", value, self._node("Cast", mask, to=TensorProto.FLOAT))
        self._node("Reshape", value, self._ints("shape", self.shape), output=self.name)

    def _unpacked(self, kind: str, codes: Array, base: int) -> str:
        """Codes as int32 [rows, inputs] from bytes of as many digits as fit: 5 of ternary codes, 2 of 4 bits."""
        if base > 256:
            stored = self._constant(kind, codes.astype(np.uint16))
            return self._node("Cast", stored, to=TensorProto.INT32)
        digits = max(count for count in range(1, 9) if base**count <= 256)
        powers = base ** np.arange(digits, dtype=np.int32)
        flat = np.zeros(-(-codes.size // digits) * digits, dtype=np.int32)
        flat[: codes.size] = codes.reshape(-1)
        data = (flat.reshape(-1, digits) @ powers).astype(np.uint8)
        value = self._node("Cast", self._constant(kind, data[:, None]), to=TensorProto.INT32)
        if digits > 1:
            value = self._node("Div", value, self._constant(f"{kind}_powers", powers[None]))
            value = self._node(
                "Mod", value, self._constant(f"{kind}_base", np.array([base], np.int32))
            )
            value = self._node("Reshape", value, self._ints(f"{kind}_row", [-1]))
            ends = self._ints(f"{kind}_start", [0]), self._ints(f"{kind}_end", [codes.size])
            value = self._node("Slice", value, *ends)
        return self._node("Reshape", value, self._ints(f"{kind}_matrix", codes.shape))

    def _level(self, codes: str) -> str:
        levels = self.grid.levels
        if np.array_equal(levels, levels[0] + np.arange(levels.size)):
            value = self._node("Cast", codes, to=TensorProto.FLOAT)
            return self._node("Add", value, self._constant("lowest", levels[:1]))
        return self._node("Gather", self._constant("levels", levels), codes)

    def _spread(self, kind: str, values: Array, inputs: int) -> str:
        """Scales or zeros in as few bits as hold them exactly; those of groups are repeated along the inputs."""
        group, rows = self.grid.group, values.shape[0]
        short = next((each for each in _SHORT if _holds(each, values)), None)
        if short is not None:
            stored = self._half(kind, values, short)
            stored = self._node("Cast", stored, to=TensorProto.FLOAT)
        else:
            stored = self._constant(kind, values.astype(np.float32))
        if not group:
            return stored
        groups = values.shape[1]
        apart = self._node("Reshape", stored, self._ints(f"{kind}_apart", [rows, groups, 1]))
        apart = self._node("Expand", apart, self._ints(f"{kind}_wide", [rows, groups, group]))
        apart = self._node("Reshape", apart, self._ints(f"{kind}_long", [rows, groups * group]))
        return self._node(
            "Slice", apart, self._ints(f"{kind}_start", [0]), self._ints(f"{kind}_end", [inputs]),
            self._ints(f"{kind}_axis", [1]),
        )  # fmt: skip

    def _half(self, kind: str, values: Array, data_type: int) -> str:
        """A constant in 16 bits, which hold these values exactly."""
        name = f"{self.name}_{kind}"
        tensor = TensorProto(name=name, data_type=data_type, dims=values.shape)
        tensor.raw_data = _shortened(data_type, values).tobytes()
        self.initializers.append(tensor)
        return name

    def _ints(self, kind: str, values: Any) -> str:
        return self._constant(kind, np.array(values, dtype=np.int64))

    def _constant(self, kind: str, values: Array) -> str:
        name = f"{self.name}_{kind}"
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"{self.name}_{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [output], **attributes))
        return output


def _shortened(data_type: int, values: Array) -> Array:
    """The values in 16 bits, as their bits: of a bfloat16 these are the upper half of a float32."""
    if data_type == TensorProto.FLOAT16:
        with np.errstate(over="ignore"):
            return values.astype(np.float16).view(np.uint16)
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return (bits >> 16).astype(np.uint16)


def _holds(data_type: int, values: Array) -> bool:
    """Whether 16 bits of this type hold each of the float32 values exactly."""
    short = _shortened(data_type, values)
    if data_type == TensorProto.FLOAT16:
        back = short.view(np.float16).astype(np.float32)
    else:
        back = (short.astype(np.uint32) << 16).view(np.float32)
    return bool(np.array_equal(back, values))
