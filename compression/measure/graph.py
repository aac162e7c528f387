"""What a model computes, read from its ONNX file: layers, multiply-accumulates, and the memory its activations need.

Every figure is for one input (batch 1). Nodes that depend on weights and shapes alone, such as the reordering of a
GRU's gates, are computed once when the file is loaded and don't count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import onnx

from compression.deploy.multiply_adds import multiply_adds
from compression.deploy.node_names import path_in_module
from compression.deploy.runtime import run_exposed
from compression.measure.liveness import VIEWS, Activation, Operation, peak_bytes

_QUANTIZING = ("QuantizeLinear", "DequantizeLinear")


@dataclass(frozen=True)
class GraphLayer:
    """One node that computes, at batch 1. `weights` counts the numbers in the file that belong to it, `inputs` those
    that it reads of what was computed before."""

    name: str
    op: str
    macs: int
    output_shape: tuple[int, ...]
    weights: int
    inputs: int = 0

    @property
    def output_elements(self) -> int:
        return math.prod(self.output_shape)


@dataclass(frozen=True)
class Graph:
    """The layers in the order they run, the bytes of the weights in the file and of the activations at their most."""

    layers: tuple[GraphLayer, ...]
    input_shape: tuple[int, ...]
    weight_bytes: int
    peak_activation_bytes: int
    peak_elements: int = 0
    """Of the activations at their most, were there no rounding in between: as a device holds them in one format."""
    weights: int = 0
    """Numbers in matrices and kernels."""
    others: int = 0
    """Numbers in biases and scales."""
    is_int8: bool = False

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.layers)

    @property
    def output_elements(self) -> int:
        return sum(layer.output_elements for layer in self.layers)


def read_graph(model: bytes | onnx.ModelProto) -> Graph:
    """Walk an ONNX file whose inputs' first axis is the batch, of floats or quantized (QDQ)."""
    return _read(model) if isinstance(model, bytes) else _Reader(model).graph()


@lru_cache(maxsize=4)
def _read(model: bytes) -> Graph:
    """Kept for a moment: what is measured of one file is asked for in several places."""
    return _Reader(onnx.load_from_string(model)).graph()


class _Reader:
    """One walk over one file: `weights_of` maps each constant tensor to the initializers it is made from."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.weights_of: dict[str, tuple[str, ...]] = {
            initializer.name: (initializer.name,) for initializer in model.graph.initializer
        }
        self.nodes = [node for node in model.graph.node if not self._is_constant(node)]

    def graph(self) -> Graph:
        layers = [node for node in self.nodes if node.op_type not in (*VIEWS, *_QUANTIZING)]
        return Graph(
            layers=tuple(self._layer(node) for node in layers),
            input_shape=self.input_shape,
            weight_bytes=sum(values.nbytes for values in self.initializers.values()),
            peak_activation_bytes=peak_bytes(
                [self._step(node) for node in self.nodes],
                inputs=[self._tensor(each.name) for each in self.model.graph.input],
                outputs=[output.name for output in self.model.graph.output],
            ),
            peak_elements=self._peak_elements(),
            weights=sum(w.size for w in self.initializers.values() if w.ndim > 1),
            others=sum(
                w.size for w in self.initializers.values() if w.ndim == 1 and w.itemsize > 1
            ),
            is_int8=any(node.op_type == "QuantizeLinear" for node in self.nodes),
        )

    def _peak_elements(self) -> int:
        """The same walk with the rounding left out: what is rounded is held once, in the device's own format."""
        same: dict[str, str] = {}
        steps = []
        for node in self.nodes:
            if node.op_type in _QUANTIZING:
                same[node.output[0]] = same.get(node.input[0], node.input[0])
                continue
            step = self._step(node)
            inputs = tuple(same.get(name, name) for name in step.inputs)
            steps.append(Operation(step.op, inputs, tuple(map(_counted, step.outputs))))
        return peak_bytes(
            steps,
            inputs=[_counted(self._tensor(each.name)) for each in self.model.graph.input],
            outputs=[same.get(output.name, output.name) for output in self.model.graph.output],
        )

    @cached_property
    def initializers(self) -> dict[str, np.ndarray]:
        return {
            tensor.name: onnx.numpy_helper.to_array(tensor)
            for tensor in self.model.graph.initializer
        }

    @cached_property
    def input_shape(self) -> tuple[int, ...]:
        axes = self.model.graph.input[0].type.tensor_type.shape.dim
        return tuple(axis.dim_value for axis in axes[1:])

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """Every tensor of one run: shape inference alone leaves gaps where shapes are computed in the graph."""
        inputs = {given.name: _zeros(given) for given in self.model.graph.input}
        names = [name for node in self.model.graph.node for name in node.output if name]
        exposed = run_exposed(self.model, inputs, names)
        return {**inputs, **self.initializers, **exposed}

    def _is_constant(self, node: onnx.NodeProto) -> bool:
        inputs = [name for name in node.input if name]
        if node.op_type != "Shape" and not all(name in self.weights_of for name in inputs):
            return False
        # A dequantized weight stems from its integers; its scale is not a weight.
        stems = inputs[:1] if node.op_type in _QUANTIZING else inputs
        weights = dict.fromkeys(
            weight for name in stems for weight in self.weights_of.get(name, ())
        )
        self.weights_of.update(dict.fromkeys(node.output, tuple(weights)))
        return True

    def _layer(self, node: onnx.NodeProto) -> GraphLayer:
        weights = [weight for name in node.input for weight in self.weights_of.get(name, ())]
        return GraphLayer(
            name=weights[0].rpartition(".")[0] or weights[0]
            if weights
            else ".".join(path_in_module(node.name)),
            op=node.op_type,
            macs=multiply_adds(node, self.values),
            output_shape=self.values[node.output[0]].shape,
            weights=sum(self.initializers[weight].size for weight in weights),
            inputs=sum(
                self.values[name].size
                for name in node.input
                if name and name not in self.weights_of
            ),
        )

    def _step(self, node: onnx.NodeProto) -> Operation:
        return Operation(
            op=node.op_type,
            inputs=tuple(name for name in node.input if name and name not in self.weights_of),
            outputs=tuple(self._tensor(name) for name in node.output if name),
        )

    def _tensor(self, name: str) -> Activation:
        values = self.values[name]
        return Activation(name, elements=values.size, bytes=values.nbytes)


def _counted(tensor: Activation) -> Activation:
    """One byte a number."""
    return Activation(tensor.name, tensor.elements, tensor.elements)


def _zeros(given: onnx.ValueInfoProto) -> np.ndarray:
    """One example of an input."""
    known = given.type.tensor_type
    shape = [axis.dim_value for axis in known.shape.dim[1:]]
    return np.zeros((1, *shape), dtype=onnx.helper.tensor_dtype_to_np_dtype(known.elem_type))
