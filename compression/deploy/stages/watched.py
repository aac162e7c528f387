"""A pipeline at work that is watched: asked again and again, with devices that can be stopped and started meanwhile."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from compression.deploy.stages.exiting import Answer
from compression.deploy.stages.message import Array
from compression.deploy.stages.pipeline import Pipeline
from compression.deploy.stages.processes import StageError, StageProcess

WINDOW_SECONDS = 2.0
"""Rates are of so long."""

REST_SECONDS = 0.05
"""Between two batches: the rest of the machine has something to do as well."""


@dataclass(frozen=True)
class Counted:
    """What one batch was: the examples that left and the bytes sent on, by stage, and those not gone on with."""

    at: float
    left: tuple[int, ...]
    sent: tuple[int, ...]
    missed: int


class Watched:
    """``ask`` is of one thread, all else of any; ``devices`` has each stage's device, from 0."""

    def __init__(
        self, pipeline: Pipeline, devices: Sequence[int], examples: Array, *, has_exits: bool
    ) -> None:
        self._has_exits = has_exits
        self._pipeline, self._devices, self._examples = pipeline, tuple(devices), examples
        self._began = time.monotonic()
        self._counted: deque[Counted] = deque()
        self._silent: int | None = None
        self._said = ""
        self._starting: set[int] = set()
        self._fresh: deque[StageProcess] = deque()
        self._lock = threading.Lock()

    def ask(self) -> None:
        """One batch, and a rest; a batch without an answer is noted, with the reason."""
        while self._fresh:
            fresh = self._fresh.popleft()
            self._pipeline.put_in(fresh)
            with self._lock:
                self._starting.discard(fresh.number)
                self._said = ""
        try:
            answer = self._pipeline.answered(self._pipeline.send(self._examples))
        except StageError as error:
            with self._lock:
                self._silent, self._said = None, str(error)
                self._counted.clear()  # nothing is answered now, whatever was a moment ago
        else:
            self._count(answer)
        time.sleep(REST_SECONDS)

    def stop(self, device: int) -> None:
        """End the processes of a device, from 0, as if its power failed."""
        for stage in self._stages_of(device):
            stage.process.kill()

    def start(self, device: int) -> None:
        """Start those of its processes again that have ended; they take their places when they are ready."""
        for stage in self._stages_of(device):
            with self._lock:
                if stage.is_alive or stage.number in self._starting:
                    continue
                self._starting.add(stage.number)
            threading.Thread(target=self._start, args=[stage.number], daemon=True).start()

    def state(self) -> dict[str, Any]:
        """How each device is, and what it has done a second of late; JSON."""
        with self._lock:
            now = time.monotonic()
            while self._counted and self._counted[0].at < now - WINDOW_SECONDS:
                self._counted.popleft()
            counted, seconds = list(self._counted), min(WINDOW_SECONDS, now - self._began)
            said = self._said
            states = [self._state(at, stage) for at, stage in enumerate(self._pipeline.stages)]
        left, sent = (
            np.sum([getattr(each, name) for each in counted] or [[0] * len(states)], axis=0)
            for name in ("left", "sent")
        )
        rows = []
        for device in sorted(set(self._devices)):
            mine = [at for at, other in enumerate(self._devices) if other == device]
            worst = max((states[at] for at in mine), key=STATES.index)
            works = worst in ("answers", "silent")
            rows.append(
                {
                    "device": device + 1,
                    "state": worst,
                    "is_last": len(states) - 1 in mine,
                    "pids": [self._pipeline.stages[at].process.pid for at in mine],
                    "answered_per_s": works * float(sum(left[at] for at in mine)) / seconds,
                    "bytes_per_s": works * float(sum(sent[at] for at in mine)) / seconds,
                }
            )
        missed = sum(each.missed for each in counted) / seconds
        return {"devices": rows, "exits": self._has_exits, "missed_per_s": missed, "said": said}

    def _state(self, at: int, stage: StageProcess) -> str:
        if stage.number in self._starting:
            return "starting"
        if not stage.is_alive:
            return "stopped"
        return "silent" if at == self._silent else "answers"

    def _start(self, number: int) -> None:
        try:
            self._fresh.append(self._pipeline.started_again(number))
        except StageError as error:
            with self._lock:
                self._starting.discard(number)
                self._said = str(error)

    def _count(self, answer: Answer) -> None:
        """Where there are no exits, the last stage has answered; what is sent to a stage that is away has not come."""
        stages = len(self._devices)
        whole = [0] * (stages - 1) + [len(self._examples)]
        left = np.bincount(answer.left, minlength=stages).tolist() if self._has_exits else whole
        sent = [0] * stages
        for work in answer.trace:
            sent[work.stage - 1] += work.sent_bytes
        away = int(answer.left.max()) + 1 if len(answer.missed) else None
        if away is not None:
            sent[away - 1 :] = [0] * (stages - away + 1)
        counted = Counted(time.monotonic(), tuple(left), tuple(sent), len(answer.missed))
        with self._lock:
            self._counted.append(counted)
            self._silent, self._said = away, ""

    def _stages_of(self, device: int) -> list[StageProcess]:
        pairs = zip(self._devices, self._pipeline.stages, strict=True)
        return [stage for other, stage in pairs if other == device]


STATES = ("answers", "silent", "starting", "stopped")
"""From best to worst: a device is as its worst process."""
