"""A deployed ONNX graph as the calls of a C program: each step reads and writes activations in one block of memory.

Integers are added as ONNX Runtime's int8 kernels add them, so that answers are the same up to the last bit.
"""

from __future__ import annotations

import onnx

from compression.deploy.c.arena import place
from compression.deploy.c.constants import Array
from compression.deploy.c.tape import Program, Tape, Value, number
from compression.deploy.c.windows import Window, attributes
from compression.errors import UsageError

SHAPING = ("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity")
CAN = "convolutions, dense layers, ReLU, additions, maximum pools and means"


def program_of(model: bytes) -> Program:
    """UsageError for a graph with a layer that the C program has none of."""
    return _Walk(onnx.load_from_string(model).graph).program()


class _Walk(Tape):
    """One walk over the graph, a method for each kind of layer."""

    def program(self) -> Program:
        given = self.graph.input[0]
        shape = tuple(axis.dim_value for axis in given.type.tensor_type.shape.dim[1:])
        if given.type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
            raise UsageError("The C program takes numbers, and this model takes something else.")
        self.made.input = self.values[given.name] = self.new(shape, 4)
        for node in self.graph.node:
            if node.output[0] not in self.done:
                self._step(node)
        output = self.values[self.graph.output[0].name]
        if output.is_int8:
            output = self.floats(self.graph.output[0].name)
        self.made.output = output
        self.use(output)
        self.made.constants = self.constants.written
        self.made.arena_bytes = place(self.made.buffers)
        return self.made

    def _step(self, node: onnx.NodeProto) -> None:
        steps = {
            "Conv": self._conv, "Gemm": self._dense, "MatMul": self._dense, "Relu": self._relu,
            "Add": self._add, "MaxPool": self._pool, "GlobalAveragePool": self._mean,
            "ReduceMean": self._mean, "QuantizeLinear": self._quantize,
            "DequantizeLinear": self._dequantize, "Div": self._divide,
            **dict.fromkeys(SHAPING, self._shape),
        }  # fmt: skip
        if node.op_type not in steps:
            raise UsageError(
                f"The C program has no {node.op_type} layer: it has {CAN}. Export it as onnx, or choose another model."
            )
        steps[node.op_type](node)

    def _conv(self, node: onnx.NodeProto) -> None:
        given, weight = self.values[node.input[0]], self._weight(node)
        window = Window.of(node, given.shape[1:], weight.shape[2:])
        end, out, read = self.after(node), weight.shape[0], weight.shape[1]
        plan = window.plan(read, out, attributes(node).get("group", 1), end.relu)
        kernel, size = ("depthwise", window.sizes[-1]) if read == 1 else ("conv", weight[0].size)
        self.made.widest = max(self.made.widest, size)
        shape = (out, *window.sizes)
        if self._is_int8(node) and end.scale:
            to, room = self.into(end, shape), "integers" if read == 1 else "halves"
            w, b, scale = self.constants.integers(node, given.scale, to.scale)
            row = f"model_row.{room}"
            self.call(f"{kernel}_int8", given, w, b, to, plan, row, given.zero, scale, to.zero)
            return
        x, to = self.floats(node.input[0]), self.new(shape, 4)
        self.call(f"{kernel}_float", x, *self.constants.floats(node), to, plan, "model_row.floats")
        self.end(end, to)

    def _dense(self, node: onnx.NodeProto) -> None:
        given, weight = self.values[node.input[0]], self._weight(node)
        if len(given.shape) != 1 or weight.ndim != 2:
            raise UsageError(
                f"The C program has no {node.op_type} of more than one row: it has {CAN}."
            )
        end, (out, count) = self.after(node), weight.shape
        if self._is_int8(node):
            self.made.widest = max(self.made.widest, count)
            to = self.into(end, (out,)) if end.scale else self.new((out,), 4)
            w, b, scale = self.constants.integers(node, given.scale, to.scale or 1.0)
            first = (given, w, b, to, count, out, "model_row.halves", given.zero, scale)
            if end.scale:
                self.call("dense_int8", *first, to.zero, int(end.relu))
            else:
                self.call("dense_int8_float", *first, int(end.relu))
                self.end(end, to)
            return
        x, to = self.floats(node.input[0]), self.new((out,), 4)
        self.call("dense_float", x, *self.constants.floats(node), to, count, out, int(end.relu))
        self.end(end, to)

    def _add(self, node: onnx.NodeProto) -> None:
        if any(name not in self.values for name in node.input):
            raise UsageError(f"The C program adds no constants: it has {CAN}.")
        one, other = (self.values[name] for name in node.input)
        end = self.after(node)
        if one.is_int8 and other.is_int8 and end.scale:
            to = self.into(end, one.shape)
            ratios = [number(each.scale / to.scale) for each in (one, other)]
            self.call(
                "add_int8", one, other, to, one.count, one.zero, ratios[0], other.zero, ratios[1], to.zero,
                int(end.relu),
            )  # fmt: skip
            return
        a, b = (self.floats(name) for name in node.input)
        to = self.new(one.shape, 4)
        self.call("add_float", a, b, to, one.count, int(end.relu))
        self.end(end, to)

    def _pool(self, node: onnx.NodeProto) -> None:
        given, read = self.values[node.input[0]], attributes(node)
        if read.get("ceil_mode"):
            raise UsageError(f"The C program has no pool that rounds its size up: it has {CAN}.")
        window = Window.of(node, given.shape[1:], read["kernel_shape"])
        channels = given.shape[0]
        to = self.new((channels, *window.sizes), 1 if given.is_int8 else 4, like=given)
        self.call(
            "pool_int8" if given.is_int8 else "pool_float", given, to, window.plan(1, channels)
        )
        self.values[node.output[0]] = to

    def _mean(self, node: onnx.NodeProto) -> None:
        given = self.values[node.input[0]]
        axes = (
            self.constants.values[node.input[1]].tolist()
            if len(node.input) > 1
            else attributes(node).get("axes")
        )
        over = len(given.shape) - 1
        if axes is not None and sorted(a % (over + 2) for a in axes) != list(range(2, over + 2)):
            raise UsageError(
                f"The C program has no mean over other axes than those of a picture: it has {CAN}."
            )
        count, end = given.count // given.shape[0], self.after(node)
        keeps = node.op_type == "GlobalAveragePool" or attributes(node).get("keepdims", 1)
        shape = (given.shape[0], *([1] * over)) if keeps else given.shape[:1]
        if given.is_int8 and end.scale:
            to = self.into(end, shape)
            factor = number(given.scale / (to.scale * count))
            self.call("mean_int8", given, to, given.shape[0], count, given.zero, factor, to.zero)
            return
        x, to = self.floats(node.input[0]), self.new(shape, 4)
        self.call("mean_float", x, to, given.shape[0], count)
        self.end(end, to)

    def _relu(self, node: onnx.NodeProto) -> None:
        x = self.floats(node.input[0])
        to = self.new(x.shape, 4)
        self.call("relu_float", x, to, x.count)
        self.values[node.output[0]] = to

    def _shape(self, node: onnx.NodeProto) -> None:
        """Moves nothing: kernels and dense layers read the same numbers in the same order."""
        given = self.values[node.input[0]]
        shape = given.shape if node.op_type == "Identity" else (given.count,)
        self.values[node.output[0]] = Value(given.buffer, shape, given.scale, given.zero)

    def _divide(self, node: onnx.NodeProto) -> None:
        """Part of a rounding that a float layer's outputs get, see `compression/deploy/int8.py`."""
        readers = self.readers.get(node.output[0], [])
        if node.input[1] not in self.constants.values or [r.op_type for r in readers] != [
            "QuantizeLinear"
        ]:
            raise UsageError(f"The C program has no division: it has {CAN}.")
        self._round(node.input[0], node.input[1], readers[0])

    def _quantize(self, node: onnx.NodeProto) -> None:
        self._round(node.input[0], node.input[1], node)

    def _round(self, name: str, scale_name: str, node: onnx.NodeProto) -> None:
        given, scale = self.values[name], self.constants.number(scale_name)
        zero = int(self.constants.number(node.input[2]))
        self.done.add(node.output[0])
        if given.is_int8 and given.scale == scale and given.zero == zero:
            self.values[node.output[0]] = given
            return
        x = self.floats(name)
        to = self.new(x.shape, 1, like=Value(0, (), scale, zero))
        self.call("quantize", x, to, x.count, number(scale), zero)
        self.values[node.output[0]] = to

    def _dequantize(self, node: onnx.NodeProto) -> None:
        """Nothing is done yet: who needs floats makes them. Of a weight its integers and scales are known."""
        if node.input[0] in self.values:
            self.values[node.output[0]] = self.values[node.input[0]]
        else:
            self.constants.dequantize(node)

    def _weight(self, node: onnx.NodeProto) -> Array:
        if node.input[1] not in self.constants.values:
            raise UsageError(f"The C program has no product of two activations: it has {CAN}.")
        return self.constants.weight(node)

    def _is_int8(self, node: onnx.NodeProto) -> bool:
        return self.values[node.input[0]].is_int8 and node.input[1] in self.constants.scales
