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

FEWEST_INPUTS = 8
"""Dense 2-D convolutions with fewer input channels stay in floats. ONNX Runtime's int8 one gathers the pixels under the
kernel in runs of one pixel's channels: alone it takes 3 times as long as the float one for 1 to 3 channels, 1.4 times
for 4 or 6, less for 8 (AVX-512 VNNI). Depthwise ones lose 1.5 times too, but going back and forth costs more."""


@dataclass(frozen=True)
class Int8Layer:
    """A convolution or matrix product with constant weights: the tensors of its node."""

    input: str
    weight: str
    bias: str
    transposed: bool
    groups: int = 1

    @property
    def path(self) -> str:
        """Where the layer stands in the module that was exported."""
        return self.weight.rpartition(".")[0]


@dataclass(frozen=True)
class Int8Plan:
    """`params_of` maps each activation to be rounded to the one whose range it takes; `layers` goes by output.

    `float_layers` are those whose inputs are rounded like all others', but which multiply in floats; `behind_float` are
    the tensors computed from their outputs before anything else is rounded.
    """

    layers: dict[str, Int8Layer]
    float_layers: dict[str, Int8Layer]
    behind_float: frozenset[str]
    params_of: dict[str, str]
    quantized_ops: tuple[str, ...]
    float_ops: tuple[str, ...]
    obstacle: str = ""

    @property
    def measured(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.params_of.values()))


def plan_int8(model: onnx.ModelProto) -> Int8Plan:
    """The plan for a float model as `export_onnx` writes it; empty where there is an obstacle."""
    planner = _Planner(model)
    obstacle = planner.obstacle()
    return Int8Plan({}, {}, frozenset(), {}, (), (), obstacle) if obstacle else planner.plan()


class _Planner:
    def __init__(self, model: onnx.ModelProto) -> None:
        self.nodes = list(model.graph.node)
        self.inputs = {tensor.name for tensor in model.graph.input}
        self.outputs = {tensor.name for tensor in model.graph.output}
        self.constants = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
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
        layers = dict(self._layers())
        if not layers:
            return "It has no convolution or matrix product with constant weights."
        if all(map(self._is_slow, layers.values())):
            return (
                "Its layers are so narrow that ONNX Runtime's int8 kernels are slower than floats."
            )
        return ""

    def plan(self) -> Int8Plan:
        every = dict(self._layers())
        layers = {output: layer for output, layer in every.items() if not self._is_slow(layer)}
        float_layers = {output: layer for output, layer in every.items() if output not in layers}
        rounded = {layer.input: layer.input for layer in every.values()}
        integer_nodes = set(layers)
        behind_float: set[str] = set()
        for node in self.nodes:
            inputs = [name for name in node.input if name and name not in self.constants]
            ready = bool(inputs) and all(name in rounded for name in inputs)
            output = node.output[0]
            if node.op_type == "Conv" and output in layers:
                self._round_behind(output, rounded)
            elif node.op_type in _JOINERS and ready and len(inputs) == len(node.input):
                self._round_behind(output, rounded)
                integer_nodes.add(output)
            elif output in float_layers or (
                node.op_type in (*_CARRIERS, *_CLIPPERS)
                and node.input[0] in behind_float - set(rounded)
            ):
                behind_float.add(output)
            elif node.op_type in _CARRIERS and node.input[0] in rounded:
                self._round(output, rounded[node.input[0]], rounded)
        ops = [(node.op_type, node.output[0] in integer_nodes) for node in self.nodes]
        silent = (*_CARRIERS, *_CLIPPERS, "Constant", "Identity")
        return Int8Plan(
            layers=layers,
            float_layers=float_layers,
            behind_float=frozenset(behind_float),
            params_of=rounded,
            quantized_ops=tuple(sorted({op for op, is_integer in ops if is_integer})),
            float_ops=tuple(sorted({op for op, is_integer in ops if not is_integer} - set(silent))),
        )

    def _layers(self) -> Iterator[tuple[str, Int8Layer]]:
        for node in self.nodes:
            if node.op_type not in ("Conv", "Gemm", "MatMul"):
                continue
            weight = self.transposed.get(node.input[1], node.input[1])
            is_transposed = node.op_type == "MatMul"
            if weight in self.constants and is_transposed == (node.input[1] in self.transposed):
                bias = node.input[2] if len(node.input) > 2 else ""
                groups = next((item.i for item in node.attribute if item.name == "group"), 1)
                yield node.output[0], Int8Layer(node.input[0], weight, bias, is_transposed, groups)

    def _is_slow(self, layer: Int8Layer) -> bool:
        shape = self.constants[layer.weight]
        return len(shape) == 4 and layer.groups == 1 and shape[1] < FEWEST_INPUTS

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
