"""A sliced model really at work: a process a part, several batches in flight, answers in order.

A `Session` like that of a single file, so that whatever times or asks a model can time and ask this one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zmq

from compression import files
from compression.deploy.deployment import Deployment
from compression.deploy.runtime import open_session
from compression.deploy.runtimes import NamedPort, Port
from compression.deploy.stages.links import (
    arrived,
    delivered,
    endpoint,
    listening,
    local_address,
    sending,
)
from compression.deploy.stages.message import Array, Expected, Message, Work, read, written
from compression.deploy.stages.processes import StageError, StageProcess
from compression.deploy.stages.stage import expected_of

LOOK_MS = 100
"""So often a wait looks whether all stages are alive: a dead one is told of well within 2 s."""


class Pipeline:
    """The stages' processes of a deployment; ends them when it is closed.

    StageError, in a sentence, where a stage doesn't start, has died, or answers nothing within ``timeout_s``.
    """

    def __init__(
        self, deployment: Deployment, *, memory_mb: int = 1024, timeout_s: float = 10.0
    ) -> None:
        self.timeout_s = timeout_s
        self._folder = Path(tempfile.mkdtemp(prefix="compact-ai-lab-stages-"))
        self._context: zmq.Context[Any] = zmq.Context()
        self._next_id = 0
        self._came: dict[int, Message] = {}
        self.stages: list[StageProcess] = []
        try:
            self._start(deployment, memory_mb)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for stage in self.stages:
            stage.end()
        self._context.destroy(linger=0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def get_inputs(self) -> Sequence[Port]:
        return [NamedPort(self._input)]

    def get_outputs(self) -> Sequence[Port]:
        return [NamedPort(name) for name in self._expected]

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        """One batch all the way through."""
        message = self.answered(self.send(np.asarray(feed[self._input])))
        return [message.tensors[name] for name in outputs or self._expected]

    def run_many(
        self, batches: Iterable[Array], *, in_flight: int | None = None
    ) -> Iterator[Message]:
        """Answers to batches [n, *input_shape] in their order, so many of them on their way at once."""
        sent: list[int] = []
        for batch in batches:
            sent.append(self.send(batch))
            if len(sent) >= (in_flight or 2 * len(self.stages)):
                yield self.answered(sent.pop(0))
        for number in sent:
            yield self.answered(number)

    def send(self, batch: Array, *, probe: bool = False) -> int:
        """Put a batch on its way; its number. The stages' memory is told of a ``probe``."""
        self._require_alive()
        number, self._next_id = self._next_id, self._next_id + 1
        frames = written(Message(number, {self._input: batch}, probe=probe))
        for outlet in self._outlets:
            if not delivered(outlet, frames):
                raise StageError(self._silent())
        return number

    def answered(self, number: int) -> Message:
        """The answer to a batch, waited for; those of others that come meanwhile are kept."""
        until = time.monotonic() + self.timeout_s
        while number not in self._came:
            frames = arrived(self._inlet, LOOK_MS)
            if frames:
                self._keep(frames)
            else:
                self._require_alive()
                if time.monotonic() > until:
                    raise StageError(self._silent())
        message = self._came.pop(number)
        if message.error:
            raise StageError(f"{message.error.rstrip('.')}.")
        return message

    def work(self, batch: Array) -> tuple[Work, ...]:
        """What each stage's process does for a batch, its memory included, in the order of the stages."""
        trace = self.answered(self.send(batch, probe=True)).trace
        return tuple(sorted(trace, key=lambda each: each.stage))

    @property
    def dead(self) -> tuple[int, ...]:
        """The numbers of the stages whose processes have ended."""
        return tuple(stage.number for stage in self.stages if not stage.is_alive)

    def restart(self, number: int) -> None:
        """Start a stage's process again in its old place; batches that were in flight are lost."""
        at = next(at for at, stage in enumerate(self.stages) if stage.number == number)
        self.stages[at].end()
        self.stages[at] = StageProcess.start(self.stages[at].settings)
        self.stages[at].wait_until_ready()

    def _start(self, deployment: Deployment, memory_mb: int) -> None:
        """From the last stage to the first: each is told where the next one listens."""
        whole = deployment.parts[-1]
        self._expected = _outputs(whole.model)
        most = max(each.most_bytes for each in self._expected.values())
        self._inlet = listening(
            self._context, local_address(self._folder, "answers"), key=None, most_bytes=most
        )
        to = [endpoint(self._inlet)]
        number = len(deployment.parts)
        for group in reversed(deployment.stages):
            started = []
            for part in reversed(group):
                file = self._folder / f"stage-{number}.onnx"
                files.write(file, part.model)
                settings = {
                    "file": str(file), "listen": local_address(self._folder, str(number)), "next": to, "number": number,
                    "memory_mb": memory_mb, "timeout_s": self.timeout_s,
                }  # fmt: skip
                started.append(StageProcess.start(settings))
                self.stages.insert(0, started[-1])
                number -= 1
            for stage in started:
                stage.wait_until_ready()
            to = [stage.address for stage in reversed(started)]
        self._input = next(iter(expected_of(open_session(deployment.parts[0].model))))
        self._outlets = [
            sending(self._context, address, key=None, timeout_s=self.timeout_s) for address in to
        ]

    def _keep(self, frames: Sequence[Any]) -> None:
        message = read(frames, self._expected)
        if message.id < self._next_id:
            self._came[message.id] = message
        for late in [number for number in self._came if number < self._next_id - 256]:
            del self._came[late]

    def _require_alive(self) -> None:
        for stage in self.stages:
            if not stage.is_alive:
                raise StageError(
                    f"Stage {stage.number} of {len(self.stages)} has died, and without it the model gives no answers: "
                    "start it again."
                )

    def _silent(self) -> str:
        said = [f"stage {stage.number}: {stage.said[-1]}" for stage in self.stages if stage.said]
        told = f" ({'; '.join(said)})" if said else ""
        return f"No answer came within {self.timeout_s:g} s, though all stages are alive{told}: ask again."


def _outputs(model: bytes) -> dict[str, Expected]:
    ports = open_session(model).get_outputs()
    return {port.name: Expected(np.dtype("float32"), tuple(port.shape[1:])) for port in ports}
