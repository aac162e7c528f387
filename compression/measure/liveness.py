"""The most memory that activations need at once: a walk over the graph's steps, noting what is still needed.

The rules are those of ONNX Runtime's memory planner and of microcontroller runtimes: a reshape moves nothing, an
elementwise operation writes over its input where nobody needs it any more, and a value that is rounded to 8 bits
right after it was computed is held in 8 bits. A transpose is a copy. Scratch memory inside a kernel isn't counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VIEWS = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout")

_OVERWRITING = (
    *(
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Relu",
        "LeakyRelu",
        "PRelu",
        "Clip",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
    ),
    *("Tanh", "Erf", "Gelu", "Sqrt", "Pow", "Exp", "Neg", "Softmax", "BatchNormalization"),
)


@dataclass(frozen=True)
class Activation:
    """A value the graph computes, as large as it is in the file's own number format."""

    name: str
    elements: int
    bytes: int


@dataclass(frozen=True)
class Operation:
    """One node: the computed tensors it reads (weights left out) and those it writes."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[Activation, ...]


def peak_bytes(
    steps: Sequence[Operation], *, inputs: Sequence[Activation], outputs: Sequence[str]
) -> int:
    """The largest sum of the buffers alive during any step; inputs live from the start, outputs to the end."""
    return _Walk(steps, inputs, outputs).peak()


class _Walk:
    """Assigns each tensor to a buffer, then adds up the buffers alive at each step."""

    def __init__(
        self, steps: Sequence[Operation], inputs: Sequence[Activation], outputs: Sequence[str]
    ) -> None:
        self.steps = steps
        self.inputs = {tensor.name for tensor in inputs}
        self.last_use = {name: index for index, step in enumerate(steps) for name in step.inputs}
        self.last_use.update(dict.fromkeys(outputs, len(steps)))
        self.readers: dict[str, list[Operation]] = {}
        for step in steps:
            for name in step.inputs:
                self.readers.setdefault(name, []).append(step)
        self.buffers: list[list[Activation]] = []
        self.buffer_of: dict[str, int] = {}
        self.born: list[int] = []
        for tensor in inputs:
            self._new_buffer(tensor, index=0)
        for index, step in enumerate(steps):
            self._place(step, index)

    def peak(self) -> int:
        sizes = [max(self._held_bytes(tensor) for tensor in buffer) for buffer in self.buffers]
        ends = [self._end(buffer) for buffer in range(len(self.buffers))]
        return max(
            sum(
                size
                for size, born, end in zip(sizes, self.born, ends, strict=True)
                if born <= index <= end
            )
            for index in range(len(self.steps))
        )

    def _place(self, step: Operation, index: int) -> None:
        for position, tensor in enumerate(step.outputs):
            if position == 0 and (shared := self._shared_buffer(step, index)) is not None:
                self.buffers[shared].append(tensor)
                self.buffer_of[tensor.name] = shared
            else:
                self._new_buffer(tensor, index)

    def _shared_buffer(self, step: Operation, index: int) -> int | None:
        """The input's buffer that the step's output may live in, if there is one."""
        if step.inputs and step.op in (*VIEWS, "DequantizeLinear"):
            return self.buffer_of[step.inputs[0]]
        if step.op == "QuantizeLinear" and self._is_rounded(step.inputs[0]):
            return self.buffer_of[step.inputs[0]]
        if step.op in _OVERWRITING:
            for name in step.inputs:
                buffer = self.buffer_of[name]
                fits = self.buffers[buffer][0].elements == step.outputs[0].elements
                if fits and self._end(buffer) <= index and not self._is_callers(buffer):
                    return buffer
        return None

    def _new_buffer(self, tensor: Activation, index: int) -> None:
        self.buffer_of[tensor.name] = len(self.buffers)
        self.buffers.append([tensor])
        self.born.append(index)

    def _end(self, buffer: int) -> int:
        """The last step that reads any of the buffer's tensors; one that nobody reads ends where it began."""
        return max(
            self.last_use.get(tensor.name, self.born[buffer]) for tensor in self.buffers[buffer]
        )

    def _is_callers(self, buffer: int) -> bool:
        return self.buffers[buffer][0].name in self.inputs

    def _is_rounded(self, name: str) -> bool:
        """Whether a computed float goes straight, or through an activation function, to its rounding."""
        readers = self.readers.get(name, [])
        if name in self.inputs or len(readers) != 1:
            return False
        only = readers[0]
        if only.op == "QuantizeLinear":
            return True
        return (
            only.op in _OVERWRITING
            and len(only.inputs) == 1
            and self._is_rounded(only.outputs[0].name)
        )

    def _held_bytes(self, tensor: Activation) -> int:
        if self._is_rounded(tensor.name):
            return tensor.elements
        is_dequantized = any(
            step.op == "DequantizeLinear" and step.outputs[0].name == tensor.name
            for step in self.steps
        )
        return 0 if is_dequantized else tensor.bytes
