"""What stages send each other: a header in JSON and a frame a tensor. Read from untrusted bytes, checked before use."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
DTYPES = {name: np.dtype(name) for name in ("float32", "float16", "uint8", "int8")}
MOST_HEADER, MOST_TENSORS, MOST_BATCH, LONGEST = 65_536, 32, 4096, 300
MOST_ID = 2**53


class MessageError(Exception):
    """What came is no message of ours: one sentence that says why."""


@dataclass(frozen=True)
class Work:
    """What a stage's process did for one message: its number, processor time, bytes sent on, and memory if asked."""

    stage: int
    cpu_us: float
    sent_bytes: int
    memory_bytes: int = 0


@dataclass(frozen=True)
class Message:
    """Tensors of one batch on their way, or a sentence on why there are none."""

    id: int
    tensors: Mapping[str, Array] = field(default_factory=dict)
    error: str = ""
    probe: bool = False
    """Whether each stage is to say how much memory it takes."""
    trace: tuple[Work, ...] = ()
    """What the stages before did for it."""
    batch: int = 0
    """So many examples a stage runs at a time, for several batches may travel as one message; 0: all at once."""

    @property
    def nbytes(self) -> int:
        return sum(values.nbytes for values in self.tensors.values())


@dataclass(frozen=True)
class Expected:
    """A tensor that a stage takes: number type and shape of one example."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """Of one example."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def most_bytes(self) -> int:
        return MOST_BATCH * self.bytes


def written(message: Message) -> list[bytes | memoryview]:
    """The frames of a message."""
    head: dict[str, Any] = {"id": message.id}
    if message.error:
        head["error"] = message.error[:LONGEST]
    if message.probe:
        head["probe"] = True
    if message.batch:
        head["batch"] = message.batch
    if message.trace:
        head["trace"] = [[w.stage, w.cpu_us, w.sent_bytes, w.memory_bytes] for w in message.trace]
    arrays = {name: np.ascontiguousarray(values) for name, values in message.tensors.items()}
    head["tensors"] = [[name, values.dtype.name, values.shape] for name, values in arrays.items()]
    return [
        json.dumps(head).encode(),
        *(values.data.cast("B") for values in arrays.values()),
    ]


def read(frames: Sequence[Any], expected: Mapping[str, Expected]) -> Message:
    """A message whose tensors are among those expected; MessageError where it is anything else."""
    if not frames or len(frames) > 1 + MOST_TENSORS or len(frames[0]) > MOST_HEADER:
        raise MessageError(f"A message has a header and 1 to {MOST_TENSORS} tensors, this has not.")
    head = _header(bytes(frames[0]))
    rows = head.get("tensors")
    if not isinstance(rows, list) or len(rows) != len(frames) - 1:
        raise MessageError("A message's header lists other tensors than came with it.")
    tensors = dict(
        _tensor(row, frame, expected) for row, frame in zip(rows, frames[1:], strict=True)
    )
    if len({len(values) for values in tensors.values()}) > 1 or len(tensors) != len(rows):
        raise MessageError("A message's tensors hold different numbers of examples.")
    error = head.get("error", "")
    if not isinstance(error, str) or not (tensors or error):
        raise MessageError("A message holds neither tensors nor what went wrong.")
    batch = head.get("batch", 0)
    if not isinstance(batch, int) or not 0 <= batch <= MOST_BATCH:
        raise MessageError(
            f"A stage runs 1 to {MOST_BATCH} examples at a time, not {str(batch)[:20]}."
        )
    return Message(
        head["id"], tensors, error[:LONGEST], head.get("probe") is True, _trace(head), int(batch)
    )


def _header(data: bytes) -> dict[str, Any]:
    try:
        head = json.loads(data)
    except (ValueError, RecursionError):
        head = None
    number = head.get("id") if isinstance(head, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < MOST_ID:
        raise MessageError(
            "A message begins with a header in JSON that has its number, this does not."
        )
    assert isinstance(head, dict)
    return head


def _tensor(row: Any, frame: Any, expected: Mapping[str, Expected]) -> tuple[str, Array]:
    try:
        name, dtype, shape = row
        known = expected[name]
    except (TypeError, ValueError, KeyError):
        raise MessageError(f"A tensor came that is none of {', '.join(expected)}.") from None
    if dtype != known.dtype.name:
        raise MessageError(f"{name} came as {str(dtype)[:20]}, but is {known.dtype.name}.")
    batch = shape[0] if isinstance(shape, list) and shape else None
    if not isinstance(batch, int) or isinstance(batch, bool) or shape[1:] != list(known.shape):
        raise MessageError(
            f"{name} came in the shape {str(shape)[:60]}, but an example of it is {list(known.shape)}."
        )
    if not 1 <= batch <= MOST_BATCH:
        raise MessageError(f"A batch holds 1 to {MOST_BATCH} examples, not {batch}.")
    if len(frame) != batch * math.prod(known.shape) * known.dtype.itemsize:
        raise MessageError(
            f"{name} came with {len(frame)} bytes, which is not what its shape needs."
        )
    return name, np.frombuffer(frame, dtype=known.dtype).reshape(batch, *known.shape)


def _trace(head: Mapping[str, Any]) -> tuple[Work, ...]:
    rows = head.get("trace", [])
    try:
        return tuple(Work(int(s), float(c), int(b), int(m)) for s, c, b, m in rows[:64])
    except (TypeError, ValueError, OverflowError):
        raise MessageError("A message's account of what was done for it is malformed.") from None
