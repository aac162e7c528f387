"""What flows through a deployed graph: its nodes that compute something of an example, and the tensors between them.

What depends on weights alone, such as a transposed weight, is no part of the flow: each stage that needs it has it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import onnx
from onnx import helper, numpy_helper

from compression.deploy.graph_digest import graph_digest
from compression.deploy.multiply_adds import multiply_adds
from compression.deploy.runtime import run_exposed

Array = np.ndarray[Any, np.dtype[Any]]
T = TypeVar("T")
FEW, MORE = 2, 3
"""Two sizes of a batch: what has both as its first axis holds an example a row."""


@dataclass(frozen=True)
class Tensor:
    """A tensor of the flow; shape and bytes are those of one example."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    by_example: bool
    """Whether its first axis is the batch, so that it can be sent and its examples told apart."""

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class FlowNode:
    """A node of the flow: the flow's tensors that it reads, those it writes, and the initializers that it needs."""

    index: int
    """Its place among the file's nodes."""
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    weights: tuple[str, ...]
    macs: int
    """For one example."""


class Dataflow:
    """One walk over an ONNX file with one input and one output."""

    def __init__(self, model: bytes) -> None:
        self.model = onnx.load_from_string(model)
        graph = self.model.graph
        self.input, self.output = graph.input[0].name, graph.output[0].name
        self.initializer_bytes = {item.name: _bytes(item) for item in graph.initializer}
        constant: dict[str, tuple[str, ...]] = {name: (name,) for name in self.initializer_bytes}
        flowing = []
        for index, node in enumerate(graph.node):
            inputs = [name for name in node.input if name]
            if all(name in constant for name in inputs):
                stems = dict.fromkeys(stem for name in inputs for stem in constant[name])
                constant.update(dict.fromkeys(node.output, tuple(stems)))
            else:
                flowing.append((index, node, inputs))
        self.constant = constant
        self.nodes = tuple(self._node(*each) for each in flowing)

    def _node(self, index: int, node: onnx.NodeProto, inputs: list[str]) -> FlowNode:
        constant = self.constant
        return FlowNode(
            index=index,
            op=node.op_type,
            inputs=tuple(dict.fromkeys(name for name in inputs if name not in constant)),
            outputs=tuple(name for name in node.output if name),
            weights=tuple(dict.fromkeys(s for name in inputs for s in constant.get(name, ()))),
            macs=multiply_adds(node, self._values[0]) // FEW,
        )

    @cached_property
    def makers(self) -> dict[str, onnx.NodeProto]:
        """The node behind each tensor that is no initializer."""
        return {name: node for node in self.model.graph.node for name in node.output if name}

    def constant_size(self, name: str) -> int:
        """How many numbers a tensor has that depends on weights alone."""
        return int(self._values[0][name].size)

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        names = [self.input, *(name for node in self.nodes for name in node.outputs)]
        return {name: self._tensor(name) for name in names}

    @cached_property
    def last_use(self) -> dict[str, int]:
        """The place among the flow's nodes of the last reader; the output is needed to the end."""
        last = {name: place for place, node in enumerate(self.nodes) for name in node.inputs}
        return {**last, self.output: len(self.nodes)}

    @cached_property
    def born(self) -> dict[str, int]:
        """The place of the node that writes each tensor; -1 for the input."""
        made = {name: place for place, node in enumerate(self.nodes) for name in node.outputs}
        return {self.input: -1, **made}

    def crossing(self, place: int) -> tuple[str, ...]:
        """What the first ``place`` nodes leave for the others: 8-bit values, not the floats they stand for."""
        needed = (
            name for name, born in self.born.items() if born < place <= self.last_use.get(name, -1)
        )
        return tuple(dict.fromkeys(self._as_integers.get(name, name) for name in needed))

    @cached_property
    def _as_integers(self) -> dict[str, str]:
        """By each tensor that was just brought back from 8 bits: those."""
        nodes = (node for node in self.nodes if node.op == "DequantizeLinear")
        return {node.outputs[0]: node.inputs[0] for node in nodes}

    @cached_property
    def _values(self) -> tuple[dict[str, Array], dict[str, Array]]:
        given = self.model.graph.input[0].type.tensor_type
        dtype = helper.tensor_dtype_to_np_dtype(given.elem_type)
        shape = [axis.dim_value for axis in given.shape.dim[1:]]
        names = [name for node in self.model.graph.node for name in node.output if name]
        weights = {i.name: numpy_helper.to_array(i) for i in self.model.graph.initializer}
        found = []
        for batch in (FEW, MORE):
            inputs = np.zeros((batch, *shape), dtype=dtype)
            found.append({self.input: inputs, **weights, **run_exposed(self.model, inputs, names)})
        return found[0], found[1]

    def _tensor(self, name: str) -> Tensor:
        few, more = (np.asarray(values[name]) for values in self._values)
        by_example = few.shape[:1] == (FEW,) and more.shape[:1] == (MORE,)
        by_example = by_example and few.shape[1:] == more.shape[1:]
        shape = few.shape[1:] if by_example else (math.ceil(few.size / FEW),)
        return Tensor(name, few.dtype, tuple(shape), by_example)


def _bytes(item: onnx.TensorProto) -> int:
    return int(math.prod(item.dims) * helper.tensor_dtype_to_np_dtype(item.data_type).itemsize)


class ByGraph:
    """What is known of recent graphs, by their digest: the weights of a graph don't change how it can be cut."""

    def __init__(self, limit: int = 32) -> None:
        self.limit = limit
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def get(self, model: bytes, make: Callable[[bytes], T], *others: object) -> T:
        key = (make, graph_digest(model), *others)
        if key not in self._kept:
            self._kept[key] = make(model)
        self._kept.move_to_end(key)
        while len(self._kept) > self.limit:
            self._kept.popitem(last=False)
        kept: T = self._kept[key]
        return kept


_FLOWS = ByGraph()


def dataflow_of(model: bytes) -> Dataflow:
    """The flow through a file; of files of one graph it may be another's, whose weights are other numbers."""
    return _FLOWS.get(model, Dataflow)
