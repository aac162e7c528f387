"""One stage at work: takes tensors, runs its own file, sends on what comes out, until it is stopped."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import zmq

from compression.deploy.runtime import open_session
from compression.deploy.stages.links import Key, arrived, delivered, endpoint, listening, sending
from compression.deploy.stages.message import (
    DTYPES,
    Array,
    Expected,
    Message,
    MessageError,
    Work,
    read,
    written,
)
from compression.deploy.stages.own_memory import limit_memory, memory_bytes
from compression.errors import UsageError

INCOMPLETE = 16
"""So many messages may wait for shares from other devices; the oldest is dropped for one more."""
POLL_MS = 200
SMALL = 65_536
"""Bytes that are copied rather than handed over, which costs more than it saves."""
LARGEST_FILE = 2**30
_TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What a stage is to do."""

    file: Path
    listen: str
    next: tuple[str, ...]
    number: int = 1
    key: Key | None = None
    memory_mb: int = 0
    """It may take so much above an idle process; 0: no limit."""
    timeout_s: float = 10.0
    """So long it waits for a next stage that takes nothing."""
    idle_s: float = 0.0
    """It ends by itself where nothing comes for so long; 0: it waits for ever."""


def serve(asked: Asked, *, ready: Callable[[str, int], None], say: Say) -> None:
    """Run until the process ends. ``ready`` is told the address it listens on and the idle process's memory.

    UsageError where the file, an address or the key is wrong; whatever a peer sends is answered or refused in a
    sentence, and never ends the stage.
    """
    context: zmq.Context[Any] = zmq.Context()
    context.socket(
        zmq.PULL
    ).close()  # its thread starts with the first socket, and is no part of the model
    idle = memory_bytes()
    stage = _Stage(asked, idle, say)
    most = max(each.most_bytes for each in stage.expected.values())
    inlet = listening(context, asked.listen, key=asked.key, most_bytes=most)
    outlets = [
        sending(context, each, key=asked.key, timeout_s=asked.timeout_s) for each in asked.next
    ]
    ready(endpoint(inlet), idle)
    heard = time.monotonic()
    while True:
        frames = arrived(inlet, POLL_MS)
        if frames:
            heard = time.monotonic()
            stage.take(frames, outlets)
        elif asked.idle_s and time.monotonic() - heard > asked.idle_s:
            say(f"Nothing came for {asked.idle_s:g} s: the stage ends.")
            return


def expected_of(session: Any) -> dict[str, Expected]:
    """What a session takes, by name."""
    return {
        port.name: Expected(DTYPES[_TYPES[port.type]], tuple(port.shape[1:]))
        for port in session.get_inputs()
    }


class _Stage:
    """The file, opened, and the messages that still wait for shares."""

    def __init__(self, asked: Asked, idle: int, say: Say) -> None:
        self.asked, self.idle, self.say = asked, idle, say
        unlimited = limit_memory(asked.memory_mb * 2**20) if asked.memory_mb else ""
        if unlimited:
            say(unlimited)
        self.session = _opened(asked)
        self.expected = expected_of(self.session)
        self.outputs = [port.name for port in self.session.get_outputs()]
        self.waiting: OrderedDict[int, Message] = OrderedDict()

    def take(self, frames: Sequence[Any], outlets: Sequence[Any]) -> None:
        try:
            message = read(frames, self.expected)
        except MessageError as error:
            self.say(f"Refused what a peer sent. {error}")
            return
        if message.error:
            self.waiting.pop(message.id, None)
            self._send(message, outlets)
        elif (whole := self._completed(message)) is not None:
            self._send(self._run(whole), outlets)

    def _completed(self, message: Message) -> Message | None:
        """The message with what came of it before, once nothing is missing."""
        if set(message.tensors) == set(self.expected):
            return message
        before = self.waiting.pop(message.id, None)
        if before is not None:
            message = replace(
                message,
                tensors={**before.tensors, **message.tensors},
                trace=tuple(dict.fromkeys((*before.trace, *message.trace))),
            )
        if set(message.tensors) == set(self.expected):
            return message
        self.waiting[message.id] = message
        if len(self.waiting) > INCOMPLETE:
            number, _ = self.waiting.popitem(last=False)
            self.say(f"Dropped batch {number}: shares of it from other devices never came.")
        return None

    def _run(self, message: Message) -> Message:
        began = time.thread_time_ns()
        try:
            values: list[Array] = self.session.run(self.outputs, dict(message.tensors))
        except (
            Exception
        ) as error:  # whatever the runtime raises, from too little memory to a wrong shape
            sentence = " ".join(str(error).split())[:200]
            self.say(f"Could not run batch {message.id}: {sentence}")
            return Message(
                message.id, error=f"Stage {self.asked.number} could not run it: {sentence}"
            )
        cpu_us = (time.thread_time_ns() - began) / 1000
        tensors = dict(zip(self.outputs, map(np.asarray, values), strict=True))
        sent = sum(array.nbytes for array in tensors.values())
        memory = max(0, memory_bytes() - self.idle) if message.probe else 0
        work = Work(self.asked.number, cpu_us, sent, memory)
        return replace(message, tensors=tensors, trace=(*message.trace, work))

    def _send(self, message: Message, outlets: Sequence[Any]) -> None:
        frames = written(message)
        for outlet, address in zip(outlets, self.asked.next, strict=True):
            if not delivered(outlet, frames, copy=message.nbytes < SMALL):
                self.say(
                    f"{address} took nothing for {self.asked.timeout_s:g} s: batch {message.id} is lost to it."
                )


def _opened(asked: Asked) -> Any:
    """The file in ONNX Runtime; UsageError where there is none or it is none."""
    file = asked.file
    if not file.is_file():
        raise UsageError(f"There is no file {file}: give the ONNX file of a stage.")
    if file.stat().st_size > LARGEST_FILE:
        raise UsageError(f"{file} is larger than any stage: give the ONNX file of one.")
    try:
        session = open_session(file.read_bytes())
        expected_of(session)
    except MemoryError:
        raise UsageError(_too_large(asked)) from None
    except Exception as error:
        if "alloc" in str(error).lower():
            raise UsageError(_too_large(asked)) from None
        raise UsageError(f"{file} is no ONNX file of a stage that can be run here.") from None
    return session


def _too_large(asked: Asked) -> str:
    return f"{asked.file} doesn't fit into {asked.memory_mb} MB: give the stage more memory, or cut the model finer."
