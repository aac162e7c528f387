"""Which parts of a float ONNX graph can compute in 8-bit integers, and where its activations are rounded for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import onnx

_CARRIERS = ("MaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose")
"""Operations that only move values: they need no rounding of their own, but the same scale on both sides."""

_JOINERS = ("Add", "GlobalAveragePool", "AveragePool")
"""Operations with an int8 kernel that is worth using where their inputs are integers already."""

_CLIPPERS = ("Relu", "Clip")
"""Operations that rounding to unsigned integers does by itself; the rounding goes behind them."""

_RECURRENT = ("GRU", "LSTM", "RNN")


@dataclass(frozen=True)
class Layer:
    """A convolution or matrix product with constant weights: the tensors of its node."""

    input: str
    weight: str
    bias: str
    transposed: bool


@dataclass(frozen=True)
class Plan:
    """`params_of` maps each activation to be rounded to the one whose range it takes; `layers` goes by output."""

    layers: dict[str, Layer]
    params_of: dict[str, str]
    quantized_ops: tuple[str, ...]
    float_ops: tuple[str, ...]
    obstacle: str = ""

    @property
    def measured(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.params_of.values()))


def plan_int8(model: onnx.ModelProto) -> Plan:
    """The plan for a float model as `export_onnx` writes it; empty where there is an obstacle."""
    planner = _Planner(model)
    obstacle = planner.obstacle()
    return Plan({}, {}, (), (), obstacle) if obstacle else planner.plan()


class _Planner:
    def __init__(self, model: onnx.ModelProto) -> None:
        self.nodes = list(model.graph.node)
        self.inputs = {tensor.name for tensor in model.graph.input}
        self.outputs = {tensor.name for tensor in model.graph.output}
        self.constants = {tensor.name for tensor in model.graph.initializer}
        self.transposed: dict[str, str] = {}
        for node in self.nodes:
            if node.op_type == "Transpose" and node.input[0] in self.constants:
                self.transposed[node.output[0]] = node.input[0]
        self.readers: dict[str, list[onnx.NodeProto]] = {}
        for node in self.nodes:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)

    def obstacle(self) -> str:
        """Why this graph has no int8 form, in one sentence; empty if it has one."""
        ops = {node.op_type for node in self.nodes}
        for op in _RECURRENT:
            if op in ops:
                return f"ONNX Runtime has no int8 kernel for {op}."
        if "BatchNormalization" in ops:
            return "A batch norm stands between the integers: fold it into the layer before it."
        if not dict(self._layers()):
            return "It has no convolution or matrix product with constant weights."
        return ""

    def plan(self) -> Plan:
        layers = dict(self._layers())
        rounded = {layer.input: layer.input for layer in layers.values()}
        integer_nodes = set(layers)
        for node in self.nodes:
            inputs = [name for name in node.input if name and name not in self.constants]
            ready = bool(inputs) and all(name in rounded for name in inputs)
            output = node.output[0]
            if node.op_type == "Conv" and output in layers:
                self._round_behind(output, rounded)
            elif node.op_type in _JOINERS and ready and len(inputs) == len(node.input):
                self._round_behind(output, rounded)
                integer_nodes.add(output)
            elif node.op_type in _CARRIERS and node.input[0] in rounded:
                self._round(output, rounded[node.input[0]], rounded)
        ops = [(node.op_type, node.output[0] in integer_nodes) for node in self.nodes]
        silent = (*_CARRIERS, *_CLIPPERS, "Constant", "Identity")
        return Plan(
            layers=layers,
            params_of=rounded,
            quantized_ops=tuple(sorted({op for op, is_integer in ops if is_integer})),
            float_ops=tuple(sorted({op for op, is_integer in ops if not is_integer} - set(silent))),
        )

    def _layers(self) -> Iterator[tuple[str, Layer]]:
        for node in self.nodes:
            if node.op_type not in ("Conv", "Gemm", "MatMul"):
                continue
            weight = self.transposed.get(node.input[1], node.input[1])
            is_transposed = node.op_type == "MatMul"
            if weight in self.constants and is_transposed == (node.input[1] in self.transposed):
                bias = node.input[2] if len(node.input) > 2 else ""
                yield node.output[0], Layer(node.input[0], weight, bias, is_transposed)

    def _round_behind(self, output: str, rounded: dict[str, str]) -> None:
        """Round a node's output, behind the ReLU that alone reads it if there is one."""
        readers = self.readers.get(output, [])
        if len(readers) == 1 and readers[0].op_type in _CLIPPERS:
            output = readers[0].output[0]
        self._round(output, output, rounded)

    def _round(self, name: str, like: str, rounded: dict[str, str]) -> None:
        """Round a tensor with the range of another, or its own; the model's outputs stay floats."""
        if name not in self.outputs:
            rounded[name] = like
