"""One stage at work: takes tensors, runs its own file, sends on what comes out, until it is stopped."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import zmq

from compression.deploy.early_exits import confidence
from compression.deploy.runtime import open_session
from compression.deploy.stages.links import Key, endpoint, listening, sending
from compression.deploy.stages.message import Message, MessageError, Work, read, written
from compression.deploy.stages.own_memory import limit_memory, memory_bytes
from compression.deploy.stages.passage import Inlet, Outlet, Shared
from compression.deploy.stages.runner import Runner
from compression.errors import UsageError

INCOMPLETE = 16
"""So many messages may wait for shares from other devices; the oldest is dropped for one more."""
POLL_MS = 200
PATIENCE_S = 0.5
"""So long a stage that also answers by itself waits for the next one."""
LARGEST_FILE = 2**30
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
    shared_from: tuple[Shared, ...] = ()
    """The memory it shares with the processes that send to it, on one machine."""
    shared_to: tuple[Shared | None, ...] = ()
    """The same with each of those it sends to; empty: with none."""
    threshold: float | None = None
    """With an early exit: what it is surer of than this goes no further."""
    answers: str = ""
    """Where it then tells what it thinks itself."""
    shared_answers: Shared | None = None


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
    most = max(each.most_bytes for each in stage.runner.takes.values())
    socket = listening(context, asked.listen, key=asked.key, most_bytes=most)
    inlet = Inlet(socket, asked.shared_from)
    links = asked.shared_to or (None,) * len(asked.next)
    outlets = [_outlet(context, asked, *to) for to in zip(asked.next, links, strict=True)]
    if asked.threshold is not None:
        if len(stage.runner.gives) < 2:
            raise UsageError(
                f"{asked.file} has no early exit: leave out the threshold, or export a model's stages with exits=on."
            )
        stage.answers = _outlet(context, asked, asked.answers, asked.shared_answers)
    ready(endpoint(socket), idle)
    heard = time.monotonic()
    while True:
        frames = inlet.next(POLL_MS)
        if frames:
            heard = time.monotonic()
            stage.take(frames, outlets)
        elif asked.idle_s and time.monotonic() - heard > asked.idle_s:
            say(f"Nothing came for {asked.idle_s:g} s: the stage ends.")
            return


def _outlet(context: zmq.Context[Any], asked: Asked, address: str, link: Shared | None) -> Outlet:
    """Who answers by itself too goes on with that where the next one is away."""
    alone = asked.threshold is not None
    patience = min(asked.timeout_s, PATIENCE_S) if alone else asked.timeout_s
    socket = sending(context, address, key=asked.key, timeout_s=patience)
    return Outlet(socket, link, patience, waits_again=not alone)


class _Stage:
    """The file, opened, and the messages that still wait for shares."""

    def __init__(self, asked: Asked, idle: int, say: Say) -> None:
        self.asked, self.idle, self.say = asked, idle, say
        unlimited = limit_memory(asked.memory_mb * 2**20) if asked.memory_mb else ""
        if unlimited:
            say(unlimited)
        self.runner = _opened(asked)
        self.waiting: OrderedDict[int, Message] = OrderedDict()
        self.answers: Outlet | None = None

    def take(self, frames: Sequence[Any], outlets: Sequence[Outlet]) -> None:
        try:
            message = read(frames, self.runner.takes)
        except MessageError as error:
            self.say(f"Refused what a peer sent. {error}")
            return
        if message.error:
            self.waiting.pop(message.id, None)
            self._send(message, outlets)
        elif (whole := self._completed(message)) is not None:
            done = self._run(whole, outlets)
            if self.answers is None or done.error:
                self._send(done, outlets)
            else:
                self._answer(done, self.answers, outlets)

    def _answer(self, done: Message, asking: Outlet, outlets: Sequence[Outlet]) -> None:
        """Tell what this stage thinks of each example, and send on those that it is not sure of."""
        assert self.asked.threshold is not None
        *sent, last = done.tensors
        logits = done.tensors[last]
        unsure = ~(confidence(logits) > self.asked.threshold)  # NaN is sure of nothing
        rest = {name: done.tensors[name][unsure] for name in sent}
        work = replace(done.trace[-1], sent_bytes=sum(values.nbytes for values in rest.values()))
        trace = (*done.trace[:-1], work)
        if not asking.send(written(replace(done, tensors={last: logits}, trace=trace))):
            self.say(f"{self.asked.answers} took no answer: batch {done.id} is lost to it.")
        if unsure.any():
            self._send(replace(done, tensors=rest, trace=trace), outlets)

    def _completed(self, message: Message) -> Message | None:
        """The message with what came of it before, once nothing is missing."""
        if set(message.tensors) == set(self.runner.takes):
            return message
        before = self.waiting.pop(message.id, None)
        if before is not None:
            message = replace(
                message,
                tensors={**before.tensors, **message.tensors},
                trace=tuple(dict.fromkeys((*before.trace, *message.trace))),
            )
        if set(message.tensors) == set(self.runner.takes):
            return message
        kept = {name: values.copy() for name, values in message.tensors.items()}
        self.waiting[message.id] = replace(
            message, tensors=kept
        )  # what came lies in memory that is used again
        if len(self.waiting) > INCOMPLETE:
            number, _ = self.waiting.popitem(last=False)
            self.say(f"Dropped batch {number}: shares of it from other devices never came.")
        return None

    def _run(self, message: Message, outlets: Sequence[Outlet]) -> Message:
        began = time.thread_time_ns()
        try:
            places = outlets[0].places if self.answers is None else _nowhere
            tensors = self.runner.run(message.tensors, message.batch, places)
        except (
            Exception
        ) as error:  # whatever the runtime raises, from too little memory to a wrong shape
            sentence = " ".join(str(error).split())[:200]
            self.say(f"Could not run batch {message.id}: {sentence}")
            return Message(
                message.id, error=f"Stage {self.asked.number} could not run it: {sentence}"
            )
        cpu_us = (time.thread_time_ns() - began) / 1000
        sent = sum(array.nbytes for array in tensors.values())
        memory = max(0, memory_bytes() - self.idle) if message.probe else 0
        work = Work(self.asked.number, cpu_us, sent, memory)
        return replace(message, tensors=tensors, trace=(*message.trace, work))

    def _send(self, message: Message, outlets: Sequence[Outlet]) -> None:
        frames = written(message)
        for outlet, address in zip(outlets, self.asked.next, strict=True):
            if not outlet.send(frames):
                self.say(
                    f"{address} took nothing for {outlet.timeout_s:g} s: batch {message.id} is lost to it."
                )


def _nowhere(sizes: Sequence[int]) -> None:
    """Not all rows are sent on, so the runtime keeps what it makes."""


def _opened(asked: Asked) -> Runner:
    """The file in ONNX Runtime; UsageError where there is none or it is none."""
    file = asked.file
    if not file.is_file():
        raise UsageError(f"There is no file {file}: give the ONNX file of a stage.")
    if file.stat().st_size > LARGEST_FILE:
        raise UsageError(f"{file} is larger than any stage: give the ONNX file of one.")
    try:
        return Runner(open_session(file.read_bytes()))
    except MemoryError:
        raise UsageError(_too_large(asked)) from None
    except Exception as error:
        if "alloc" in str(error).lower():
            raise UsageError(_too_large(asked)) from None
        raise UsageError(f"{file} is no ONNX file of a stage that can be run here.") from None


def _too_large(asked: Asked) -> str:
    return f"{asked.file} doesn't fit into {asked.memory_mb} MB: give the stage more memory, or cut the model finer."
