"""The activations of a graph on their way through the C program: where each lies, and the calls so far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx

from compression.deploy.c.arena import Buffer
from compression.deploy.c.constants import Array, Constants


@dataclass(frozen=True)
class Value:
    """An activation: where it lies, its shape without the batch, and how its bytes are read if it is rounded."""

    buffer: int
    shape: tuple[int, ...]
    scale: float = 0.0
    zero: int = 0

    @property
    def is_int8(self) -> bool:
        return self.scale > 0

    @property
    def count(self) -> int:
        return math.prod(self.shape)


@dataclass
class Program:
    """Calls in order, where ``{0}`` is the place of buffer 0; constants by name; the buffers placed."""

    calls: list[str] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    buffers: list[Buffer] = field(default_factory=list)
    kernels: set[str] = field(default_factory=set)
    widest: int = 1
    """Of the row that a layer works on at a time, in numbers."""
    input: Value | None = None
    output: Value | None = None
    arena_bytes: int = 0


@dataclass(frozen=True)
class End:
    """The name of a layer's output behind its ReLU, and of that rounded to bytes, if it is."""

    name: str
    relu: bool = False
    rounded: str = ""
    scale: float = 0.0
    zero: int = 0


class Tape:
    """``values`` are the activations by name, ``done`` the outputs of nodes that an earlier one has dealt with."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph = graph
        self.constants = Constants(graph)
        self.readers: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)
        self.values: dict[str, Value] = {}
        self.done: set[str] = set()
        self.made = Program()

    def after(self, node: onnx.NodeProto) -> End:
        """What follows a layer and can be done with it: ReLU, and rounding to bytes."""
        name, relu = node.output[0], False
        readers = self.readers.get(name, [])
        is_output = any(name == each.name for each in self.graph.output)
        if len(readers) == 1 and readers[0].op_type == "Relu" and not is_output:
            relu, name = True, readers[0].output[0]
            self.done.add(name)
            readers = self.readers.get(name, [])
        if len(readers) == 1 and readers[0].op_type == "QuantizeLinear":
            rounding = readers[0]
            return End(
                name, relu, rounding.output[0], self.constants.number(rounding.input[1]),
                int(self.constants.number(rounding.input[2])),
            )  # fmt: skip
        return End(name, relu)

    def into(self, end: End, shape: tuple[int, ...]) -> Value:
        """The bytes that a layer writes with its rounding done."""
        self.done.add(end.rounded)
        to = self.new(shape, 1, like=Value(0, (), end.scale, end.zero))
        self.values[end.rounded] = to
        return to

    def end(self, end: End, to: Value) -> None:
        self.values[end.name] = to

    def floats(self, name: str) -> Value:
        given = self.values[name]
        if not given.is_int8:
            return given
        to = self.new(given.shape, 4)
        self.call("dequantize", given, to, given.count, number(given.scale), given.zero)
        return to

    def new(self, shape: Sequence[int], width: int, like: Value | None = None) -> Value:
        now = len(self.made.calls)
        self.made.buffers.append(Buffer(math.prod(shape) * width, now, now))
        scale, zero = (like.scale, like.zero) if like is not None else (0.0, 0)
        return Value(len(self.made.buffers) - 1, tuple(shape), scale, zero)

    def use(self, value: Value) -> None:
        buffer = self.made.buffers[value.buffer]
        buffer.dies = max(buffer.dies, len(self.made.calls))

    def call(self, kernel: str, *arguments: Value | str | int) -> None:
        written = []
        for each in arguments:
            if isinstance(each, Value):
                self.use(each)
                kind = "uint8_t" if each.is_int8 else "float"
                written.append(f"({kind} *)(arena + {{{each.buffer}}})")
            else:
                written.append(str(each))
        self.made.kernels.add(kernel)
        self.made.calls.append(f"{kernel}({', '.join(written)});")


def number(value: float) -> str:
    """Nine digits, from which the same float is read again."""
    text = f"{np.float32(value):.9g}"
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"
