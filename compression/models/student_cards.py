"""The family of small networks that learn from larger ones: names, sizes and costs. Torch-free.

A name says it all: ``cnn-w4-d3`` is convolutional, 4 channels wide at first, 3 layers deep; ``plain-16-24x2-28``
has stages of 16, 24 twice and 28 channels, with max-pooling between. The network itself, for any data set's inputs, is
built in `students.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from compression.errors import UsageError
from datasets import DatasetCard, dataset_card

Family = Literal["cnn", "dscnn", "mlp", "gru", "plain"]

_LAYERS: dict[Family, str] = {
    "cnn": "convolution",
    "dscnn": "depthwise separable convolution",
    "mlp": "dense layer",
    "gru": "recurrent layer",
    "plain": "convolution",
}
_USUAL_DEPTH: dict[Family, int] = {"cnn": 3, "dscnn": 4, "mlp": 1, "gru": 1}
_DEPTHS: dict[Family, range] = {
    "cnn": range(2, 6), "dscnn": range(2, 6), "mlp": range(1, 4), "gru": range(1, 2),
}  # fmt: skip
WIDEST = 64
_NAME = re.compile(r"(cnn|dscnn|mlp|gru)-w([1-9]\d?)(?:-d([1-9]))?")
_WIDTHS: dict[Family, tuple[int, ...]] = {
    "cnn": (2, 3, 4, 6, 8, 12, 16, 24, 32),
    "dscnn": (4, 8, 12, 16, 24, 32),
    "mlp": (1, 2, 4, 8, 16, 32, 64),
    "gru": (4, 8, 12, 16, 24),
}
"""What a form offers; any width up to ``WIDEST`` may be named."""

_PLAIN = re.compile(r"plain((?:-[1-9]\d?(?:x[2-4])?){2,5})")
PLAIN = (
    "plain-12-20-24-24",
    "plain-16-24x2-32x2-28",
    "plain-16-32x2-48x2-48",
    "plain-16-32x2-56x2-64",
)
"""Shapes that did well with weights of one to two bits, in files of 2, 5, 10 and 20 kB; any other may be named."""

LARGEST_MAP = 4
"""Convolutions halve maps that are larger, on each side."""


@dataclass(frozen=True)
class Student:
    """One member of the family."""

    family: Family
    width: int
    depth: int
    stages: tuple[tuple[int, int], ...] = ()
    """Of a plain one: channels, and how many convolutions before the next pooling."""

    @property
    def name(self) -> str:
        """``cnn-w4``, or ``cnn-w4-d2`` where the depth is not the usual one."""
        if self.stages:
            return "-".join(["plain", *(f"{w}x{n}" if n > 1 else f"{w}" for w, n in self.stages)])
        usual = self.depth == _USUAL_DEPTH[self.family]
        return f"{self.family}-w{self.width}" + ("" if usual else f"-d{self.depth}")

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels or units after each layer: convolutions double them twice."""
        if self.stages:
            return tuple(width for width, count in self.stages for _ in range(count))
        if self.family in ("mlp", "gru"):
            return (self.width,) * self.depth
        return tuple(self.width * 2 ** min(layer, 2) for layer in range(self.depth))


@dataclass(frozen=True)
class StudentCard:
    """A student for one data set; tests check the two counts."""

    name: str
    parameters: int
    macs: int
    """Multiply-accumulates of one input, in matrix and convolution products."""
    summary: str


@dataclass(frozen=True)
class Convolution:
    """One convolution: kernel and stride on each axis, channels in and out, and the map's size after it."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    size: tuple[int, ...]
    pooled: bool = False
    """Whether its map is halved by max-pooling; its products are those of the map before."""


def parse_student(name: str) -> Student:
    """The member of that name; ValueError in one sentence if there is none."""
    if (plain := _PLAIN.fullmatch(name)) is not None:
        return _plain_student(plain[1])
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(
            "a student is written like cnn-w4, dscnn-w8-d3, mlp-w16, gru-w8 or plain-16-24x2-28"
        )
    family: Family = match[1]  # type: ignore[assignment]
    width, depth = int(match[2]), int(match[3] or _USUAL_DEPTH[family])
    if width > WIDEST or depth not in _DEPTHS[family]:
        depths = _DEPTHS[family]
        raise ValueError(
            f"a {family} student is 1 to {WIDEST} wide and {depths[0]} to {depths[-1]} deep"
        )
    return Student(family, width, depth)


def _plain_student(written: str) -> Student:
    parts = [part.split("x") for part in written[1:].split("-")]
    stages = tuple((int(part[0]), int(part[-1]) if len(part) > 1 else 1) for part in parts)
    if max(width for width, _ in stages) > WIDEST:
        raise ValueError(f"a plain student is 1 to {WIDEST} wide")
    return Student("plain", stages[0][0], sum(count for _, count in stages), stages)


def fitting(name: str, data: DatasetCard) -> Student:
    """The member of that name; UsageError in one sentence if there is none for these inputs."""
    try:
        student = parse_student(name)
    except ValueError as error:
        raise UsageError(f"There is no student {name[:40]!r}: {error}.") from None
    if data.input_dtype != "float32":
        raise UsageError(
            f"A student reads images or signals in floats, and {data.id} has {data.input_dtype}: "
            "let the model teach itself, with student=self or previous."
        )
    if student.family == "gru" and len(data.input_shape) != 2:
        raise UsageError(
            f"The student {student.name} reads signals over time, and {data.id} has images: "
            "choose cnn, dscnn or mlp."
        )
    if student.family == "plain" and len(data.input_shape) != 3:
        raise UsageError(
            f"The student {student.name} reads images, and {data.id} has signals: choose cnn, dscnn, mlp or gru."
        )
    return student


def student_card(name: str, dataset: str) -> StudentCard:
    """What a student costs on a data set; UsageError where it can't be built for its inputs."""
    data = dataset_card(dataset)
    student, shape, classes = fitting(name, data), data.input_shape, len(data.classes)
    parameters, macs = _COSTS[student.family](student, shape)
    width = student.widths[-1]
    depth = f"{student.depth} {_LAYERS[student.family]}{'s' if student.depth > 1 else ''}"
    return StudentCard(
        name=student.name,
        parameters=parameters + (width + 1) * classes,
        macs=macs + width * classes,
        summary=f"{depth}, {' - '.join(map(str, student.widths))} wide",
    )


def students(dataset: str) -> tuple[StudentCard, ...]:
    """The students that are offered for a data set, fewest parameters first."""
    is_signal = len(dataset_card(dataset).input_shape) == 2
    names = [
        Student(family, width, _USUAL_DEPTH[family]).name
        for family, widths in _WIDTHS.items()
        if is_signal or family != "gru"
        for width in widths
    ]
    names += [f"cnn-w{width}-d{depth}" for depth in (2, 4) for width in (4, 8, 16)]
    names += [] if is_signal else PLAIN
    return tuple(sorted((student_card(n, dataset) for n in names), key=lambda c: c.parameters))


def convolutions(student: Student, shape: tuple[int, ...]) -> tuple[Convolution, ...]:
    """The convolutions (of a dscnn: the first one and each block) for inputs [channels, *size]."""
    if student.stages:
        return _pooling(student, shape)
    stack, inputs, size = [], shape[0], shape[1:]
    for index, outputs in enumerate(student.widths):
        kernel = max(3, 7 - 2 * index) if len(size) == 1 else 3
        stride = 2 if max(size) > LARGEST_MAP else 1
        size = tuple(math.ceil(n / stride) for n in size)
        stack.append(Convolution(inputs, outputs, kernel, stride, size))
        inputs = outputs
    return tuple(stack)


def _pooling(student: Student, shape: tuple[int, ...]) -> tuple[Convolution, ...]:
    """Those of a plain student: at full resolution, and pooled after each stage but the last."""
    stack, inputs, size = [], shape[0], shape[1:]
    for stage, (outputs, count) in enumerate(student.stages, start=1):
        for number in range(1, count + 1):
            pooled = number == count and stage < len(student.stages)
            stack.append(Convolution(inputs, outputs, 3, 1, size, pooled))
            inputs = outputs
        size = tuple(math.ceil(n / 2) for n in size)
    return tuple(stack)


def _convolutional(student: Student, shape: tuple[int, ...]) -> tuple[int, int]:
    """Parameters and MACs before the classifier; each convolution has a batch norm of two values a channel."""
    parameters = macs = 0
    axes = len(shape) - 1
    for index, layer in enumerate(convolutions(student, shape)):
        places = math.prod(layer.size)
        if student.family != "dscnn" or index == 0:
            weights = layer.inputs * layer.outputs * layer.kernel**axes
            norms = 2 * layer.outputs
        else:
            weights = layer.inputs * layer.kernel**axes + layer.inputs * layer.outputs
            norms = 2 * (layer.inputs + layer.outputs)
        parameters += weights + norms
        macs += weights * places
    return parameters, macs


def _dense(student: Student, shape: tuple[int, ...]) -> tuple[int, int]:
    sizes = (math.prod(shape), *student.widths)
    macs = sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))
    return macs + 2 * sum(student.widths), macs


def _recurrent(student: Student, shape: tuple[int, ...]) -> tuple[int, int]:
    inputs, steps = shape
    weights = 3 * student.width * (inputs + student.width)
    return weights + 6 * student.width, weights * steps


_COSTS = {
    "cnn": _convolutional, "dscnn": _convolutional, "mlp": _dense, "gru": _recurrent, "plain": _convolutional,
}  # fmt: skip
