"""The constants of a graph as the C program wants them: weights as [out, in], in integers with a factor a channel."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from compression.deploy.c.windows import attributes
from compression.errors import UsageError

Array = np.ndarray[Any, np.dtype[Any]]


class Constants:
    """What a graph knows beforehand; ``scales`` are those of integers, by the name of what they stand for."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.scales: dict[str, Array] = {}
        self.written: dict[str, Array] = {}

    def number(self, name: str) -> float:
        return float(self.values[name])

    def dequantize(self, node: onnx.NodeProto) -> None:
        """Integers that stand for a weight."""
        name, output = node.input[0], node.output[0]
        values = self.values.get(name)
        if values is None or name in self.scales or values.dtype not in (np.int8, np.int32):
            raise UsageError("The C program has no weights packed in this way: export it as onnx.")
        self.values[output] = values
        self.scales[output] = np.atleast_1d(self.values[node.input[1]])

    def weight(self, node: onnx.NodeProto) -> Array:
        """A layer's weight; that of a dense layer as [out, in], however the graph has it."""
        weight = self.values[node.input[1]]
        is_turned = node.op_type == "MatMul" or (
            node.op_type == "Gemm" and not attributes(node).get("transB")
        )
        return np.ascontiguousarray(weight.T) if is_turned else weight

    def integers(
        self, node: onnx.NodeProto, from_scale: float, to_scale: float
    ) -> tuple[str, str, str]:
        """Weight, bias and the factor of each output channel, by the names they are written under."""
        weight, scales = self.weight(node), self.scales[node.input[1]]
        bias = np.zeros(len(weight), np.int32)
        if len(node.input) > 2:
            bias = self.values[node.input[2]]
        each = np.broadcast_to(scales, len(weight)).astype(np.float32)
        factors = (np.float32(from_scale) * each / np.float32(to_scale)).astype(np.float32)
        stem = node.input[1].removesuffix("_dequantized")
        return (
            self._write(stem, weight),
            self._write(f"{stem}_bias", bias),
            self._write(f"{stem}_scale", factors),
        )

    def floats(self, node: onnx.NodeProto) -> tuple[str, str]:
        """Weight and bias in floats, by the names they are written under."""
        weight = self._float(node.input[1], self.weight(node))
        bias = np.zeros(len(weight), np.float32)
        if len(node.input) > 2:
            bias = self._float(node.input[2], self.values[node.input[2]])
        stem = node.input[1].removesuffix("_dequantized")
        return self._write(stem, weight), self._write(f"{stem}_bias", bias)

    def _float(self, name: str, values: Array) -> Array:
        if name not in self.scales:
            return values.astype(np.float32)
        shape = (-1, *([1] * (values.ndim - 1)))
        return values.astype(np.float32) * self.scales[name].reshape(shape)

    def _write(self, name: str, values: Array) -> str:
        plain = "w_" + "".join(c if c.isalnum() else "_" for c in name)
        while plain in self.written:
            plain += "_"
        self.written[plain] = values
        return plain
