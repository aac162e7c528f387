"""What the queue works through: jobs, each with those who wait for it, and the tasks that are sent for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from compression.engine.requests import Request
from compression.training.progress import Progress

Stage = Literal["estimate", "full"]


class Priority(IntEnum):
    """What goes first. Sweeps, prefetches and live requests are asked for; the rest follows from what is asked."""

    PREFETCH = 0
    SWEEP = 10
    QUESTION = 15
    """After what a knob's move waits for, before sweeps."""
    LIVE = 20
    WARM = 25
    ESTIMATE = 30
    """A live request's first answer goes before everything."""


class Job(ABC):
    """One piece of work and everyone who waits for it. A kind of work says what a worker is to call for it."""

    is_asked = False
    """Somebody waits for it or did, so that it isn't only done ahead."""
    is_trained = False
    """It takes minutes, says how far it is, and stops when nobody waits for it any more."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.tasks: dict[Stage, Task] = {}
        self.requests: list[Request[Any]] = []
        self.estimate: Any = None
        self.progress: tuple[Progress, ...] = ()

    @abstractmethod
    def call(self, stage: Stage) -> list[str]:
        """The name of the worker's function, and its arguments."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value in what the function returned; LabError where that is a refusal."""

    @property
    @abstractmethod
    def failure(self) -> str:
        """How the sentence begins that says it failed: ``This could not be computed``."""

    def save(self, value: Any) -> str | None:
        """Make a value durable before anyone is told; the trouble in one sentence if it can't be."""
        return None

    def asked_late(self) -> None:  # noqa: B027 - most kinds of work keep nothing that would have to know
        """The first to ask for it came after it was saved, and before it ended."""

    def take(self, request: Request[Any], withdraw: Callable[[Request[Any]], None]) -> None:
        """One more waits, and is to call ``withdraw`` when it waits no longer."""
        self.requests.append(request)
        request.attach(withdraw)

    def tell_so_far(self, request: Request[Any]) -> None:
        """What those who came earlier know already."""
        if self.estimate is not None:
            request.tell_estimate(self.estimate)
        if self.progress:
            request.tell_progress(self.progress)


@dataclass(eq=False)
class Task:
    """One function call on a worker, for one stage of a job."""

    job: Job
    stage: Stage
    priority: Priority
    state: Literal["queued", "sent", "over"] = "queued"
    future: Any = None
    losses: int = 0
    """How often the whole cluster went away while it was out."""
    attempt: int = 0
    """How often it was sent again after a cancel that came too early."""

    @property
    def key(self) -> str:
        """The scheduler joins equal keys, so two processes that ask the same share one answer."""
        again = f"-{self.attempt}" if self.attempt else ""
        return f"{self.stage}-{self.job.key}{again}"

    @property
    def is_trained(self) -> bool:
        return self.job.is_trained

    @property
    def is_quick(self) -> bool:
        """One of a few that a page waits for: it always has room on the cluster, and counts for nobody else's."""
        return self.priority in (Priority.QUESTION, Priority.ESTIMATE)
