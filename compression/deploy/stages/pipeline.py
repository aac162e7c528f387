"""A sliced model really at work: a process a part, several batches in flight, answers in order.

A `Session` like that of a single file, so that whatever times or asks a model can time and ask this one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import zmq

from compression import files
from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import NamedPort, Port
from compression.deploy.stages.bundles import Bundle, bundled, unbundled
from compression.deploy.stages.exiting import Answer, Gathered
from compression.deploy.stages.interface import interface_of
from compression.deploy.stages.links import endpoint, listening, local_address, sending
from compression.deploy.stages.message import Array, Message, Work, read, written
from compression.deploy.stages.own_folder import OwnFolder
from compression.deploy.stages.passage import Inlet, Outlet
from compression.deploy.stages.processes import StageError, StageProcess
from compression.deploy.stages.ring import SHARED_FOLDER, SLOT_BYTES, can_share
from compression.deploy.stages.who_shares import (
    ASKING,
    as_words,
    given,
    links_of,
    numbered,
    shared_memory,
)

ROOM_SECONDS = 0.01
"""So long a wait for room in what is sent, before it is looked whether something has come."""
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
        self._own = OwnFolder(SHARED_FOLDER if can_share() else None)
        self._folder = self._own.path
        self._context: zmq.Context[Any] = zmq.Context()
        self._next_id = 0
        self._came: dict[int, Gathered] = {}
        self._lost: dict[int, int] = {}
        self.stages: list[StageProcess] = []
        self._ends: list[Inlet | Outlet] = []
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
        for end in self._ends:
            end.close()
        self._context.destroy(linger=0)
        self._own.remove()

    def get_inputs(self) -> Sequence[Port]:
        return [NamedPort(self._of.input)]

    def get_outputs(self) -> Sequence[Port]:
        return [NamedPort(self._of.names[-1])]

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        """One batch all the way through."""
        answer = self.answered(self.send(np.asarray(feed[self._of.input])))
        return [answer.tensors[name] for name in outputs or self._of.names[-1:]]

    def run_many(
        self, batches: Iterable[Array], *, in_flight: int | None = None
    ) -> Iterator[Answer]:
        """Answers to batches [n, *input_shape] in their order, so many messages on their way at once.

        Batches of one size travel together, as many as a message holds, and each is run by itself: what a message
        costs, whatever is in it, is paid once for all of them.
        """
        sent: list[tuple[int, int]] = []
        for bundle in bundled(batches, self._of.bundle_bytes, SLOT_BYTES):
            sent.append((self._send(bundle), bundle.batch))
            if len(sent) >= (in_flight or 2 * len(self.stages) + 2):
                number, batch = sent.pop(0)
                yield from unbundled(self.answered(number), batch)
        for number, batch in sent:
            yield from unbundled(self.answered(number), batch)

    def send(self, examples: Array, *, probe: bool = False) -> int:
        """Put a batch on its way; its number. The stages' memory is told of a ``probe``."""
        return self._send(Bundle((examples,)), probe=probe)

    def _send(self, bundle: Bundle, *, probe: bool = False) -> int:
        self._require_alive(self.stages[:1] if self._has_exits else self.stages)
        self._wait_for_room()
        number, self._next_id = self._next_id, self._next_id + 1
        (place,) = self._outlets[0].places([bundle.nbytes]) or (None,)
        examples = bundle.joined(place)
        batch = bundle.batch if len(bundle.batches) > 1 else 0
        frames = written(Message(number, {self._of.input: examples}, probe=probe, batch=batch))
        for outlet in self._outlets:
            if not outlet.send(frames):
                raise StageError(self._silent())
        self._came[number] = Gathered(self._of.names, self._threshold)
        return number

    def _wait_for_room(self) -> None:
        """Reading meanwhile: a stage that can't get rid of its answers takes nothing new."""
        until = time.monotonic() + self.timeout_s
        while not all(outlet.has_room(ROOM_SECONDS) for outlet in self._outlets):
            while frames := self._inlet.next(0):
                self._keep(frames)
            if time.monotonic() > until:
                raise StageError(self._silent())

    def answered(self, number: int) -> Answer:
        """The answer to a batch, waited for; those of others that come meanwhile are kept.

        Where stages answer early and one of those behind is away, the answer holds what those before it say.
        """
        until = time.monotonic() + self.timeout_s
        gathered = self._came[number]
        while (missing := gathered.missing) is not None and not gathered.error:
            if self._has_exits and missing and self._is_lost(number, missing):
                break
            frames = self._inlet.next(LOOK_MS)
            if frames:
                self._keep(frames)
                continue
            self._require_alive(self.stages[:1] if self._has_exits else self.stages)
            if time.monotonic() > until:
                break
        answer = self._came.pop(number).answer(number)
        if gathered.error:
            raise StageError(f"{gathered.error.rstrip('.')}.")
        if answer is None:
            raise StageError(self._silent())
        return answer

    def _is_lost(self, number: int, place: int) -> bool:
        """Whether a stage, by its place, is dead, or was when a batch came to it."""
        return not self.stages[place].is_alive or number < self._lost.get(place, 0)

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
        self.put_in(self.started_again(number))

    def started_again(self, number: int) -> StageProcess:
        """A process for a dead stage's place, ready and not yet in it: meanwhile the others may be asked."""
        stage = next(stage for stage in self.stages if stage.number == number)
        stage.end()
        fresh = StageProcess.start(stage.settings)
        fresh.wait_until_ready()
        return fresh

    def put_in(self, fresh: StageProcess) -> None:
        at = next(at for at, stage in enumerate(self.stages) if stage.number == fresh.number)
        self.stages[at], self._lost[at] = fresh, self._next_id

    def _start(self, deployment: Deployment, memory_mb: int) -> None:
        """From the last stage to the first, each told where the next one listens; they open their files together."""
        self._threshold = deployment.threshold or 0.0
        self._has_exits = deployment.threshold is not None
        self._of = interface_of(deployment)
        numbers = numbered(deployment.stages)
        shared = shared_memory(self._folder, numbers, all_answer=self._has_exits)
        here, most = local_address(self._folder, "answers"), self._of.most_bytes
        socket = listening(self._context, here, key=None, most_bytes=most)
        self._inlet = Inlet(socket, given(link for (_, to), link in shared.items() if to == ASKING))
        self._ends.append(self._inlet)
        asking = endpoint(socket)
        to, readers = [asking], [ASKING]
        for group, writers in zip(
            reversed(numbers), [*reversed(numbers[:-1]), [ASKING]], strict=True
        ):
            started = []
            for number in group:
                file = self._folder / f"stage-{number}.onnx"
                files.write(file, deployment.parts[number - 1].model)
                settings: dict[str, Any] = {
                    "file": str(file), "number": number, "next": to, "memory_mb": memory_mb,
                    "listen": local_address(self._folder, str(number)), "folder": str(self._folder),
                    "timeout_s": self.timeout_s, **links_of(shared, number, writers, readers),
                }  # fmt: skip
                if self._has_exits and readers != [ASKING]:
                    early = {"threshold": self._threshold, "answers": asking}
                    settings |= {**early, "shared_answers": as_words(shared[number, ASKING])}
                started.append(StageProcess.start(settings))
            self.stages[:0] = started
            to, readers = [stage.known_address() for stage in started], group
        for stage in self.stages:
            stage.wait_until_ready()
        self._outlets = [
            Outlet(
                sending(self._context, address, key=None, timeout_s=self.timeout_s),
                shared[ASKING, number],
                self.timeout_s,
            )
            for address, number in zip(to, readers, strict=True)
        ]

    def _keep(self, frames: Sequence[Any]) -> None:
        message = read(frames, self._of.answers)
        if message.id in self._came:
            self._came[message.id].add(message)
        for late in [number for number in self._came if number < self._next_id - 256]:
            del self._came[late]

    def _require_alive(self, needed: Sequence[StageProcess]) -> None:
        for stage in needed:
            if not stage.is_alive:
                raise StageError(
                    f"Stage {stage.number} of {len(self.stages)} has died, and without it the model gives no answers: "
                    "start it again."
                )

    def _silent(self) -> str:
        said = [f"stage {stage.number}: {stage.said[-1]}" for stage in self.stages if stage.said]
        told = f" ({'; '.join(said)})" if said else ""
        return f"No answer came within {self.timeout_s:g} s, though all stages are alive{told}: ask again."
