"""How many multiplications a node of a graph makes, by its kind and the shapes of what it reads and writes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx


def multiply_adds(node: onnx.NodeProto, values: Mapping[str, np.ndarray[Any, Any]]) -> int:
    """Multiply-accumulates of one run with these tensors; 0 where a node only moves or scales."""
    outputs = values[node.output[0]].size
    if node.op_type == "Conv":  # weight [out, in / groups, *kernel]
        return int(outputs * math.prod(values[node.input[1]].shape[1:]))
    if node.op_type == "MatMul":
        return int(outputs * values[node.input[0]].shape[-1])
    if node.op_type == "Gemm":
        transposed = any(item.name == "transA" and item.i for item in node.attribute)
        return int(outputs * values[node.input[0]].shape[0 if transposed else 1])
    if node.op_type in ("GRU", "LSTM", "RNN"):  # input [time, batch, features]
        first = values[node.input[0]]
        matrices = (values[name].size for name in node.input[1:3])
        return int(first.shape[0] * first.shape[1] * sum(matrices))
    return 0
