"""What a file computes, whatever its weights: files of one digest take the same time."""

from __future__ import annotations

import hashlib
import math

import onnx
from onnx import TensorProto

_FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)


def graph_digest(model: bytes) -> str:
    """A hash of an ONNX file without the values of its float weights.

    Operators, attributes, names, shapes and number types count, and so does every other constant: the integers of a
    weight, a shape to bring something into, and single floats, on which the runtime's rewriting of a graph may depend.
    """
    read = onnx.load_from_string(model)
    for tensor in read.graph.initializer:
        if tensor.data_type in _FLOATS and math.prod(tensor.dims) > 1:
            for field in ("raw_data", "float_data", "int32_data", "double_data"):
                tensor.ClearField(field)
    versions = [(each.domain, each.version) for each in read.opset_import]
    digest = hashlib.sha256(repr(versions).encode())
    digest.update(read.graph.SerializeToString(deterministic=True))
    return digest.hexdigest()[:16]
