"""What is asked of the engine: jobs, one per recipe, and the tickets of those who wait for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from compression.errors import EngineError
from compression.point import Point
from compression.recipe import Recipe
from compression.training.progress import Progress

Stage = Literal["estimate", "full"]


class Priority(IntEnum):
    """What is measured first. A live request's estimate goes before everything."""

    PREFETCH = 0
    SWEEP = 10
    LIVE = 20


PREFETCH, SWEEP, LIVE = Priority.PREFETCH, Priority.SWEEP, Priority.LIVE
WARM_RANK = 25
ESTIMATE_RANK = 30


@dataclass(eq=False)
class Task:
    """One function call on a worker: the estimate or the full measurement of a job's recipe."""

    job: Job
    stage: Stage
    rank: int
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
        return f"{self.stage}-{self.job.recipe.key}{again}"

    @property
    def is_trained(self) -> bool:
        """It takes minutes, says how far it is, and stops when nobody waits for it any more."""
        return self.job.recipe.is_trained


@dataclass(eq=False)
class Job:
    """A recipe that is being measured, and everyone who waits for it."""

    recipe: Recipe
    together: tuple[Recipe, ...] = ()
    """Recipes whose training is done in the same run."""
    tasks: dict[Stage, Task] = field(default_factory=dict)
    tickets: list[Ticket] = field(default_factory=list)
    estimate: Point | None = None
    progress: tuple[Progress, ...] = ()


class Ticket:
    """One question to the engine. Thread-safe; a ticket that is over never changes again."""

    def __init__(
        self,
        recipe: Recipe,
        *,
        on_done: Callable[[Ticket], None] | None = None,
        together: tuple[Recipe, ...] = (),
    ) -> None:
        self.recipe, self.together = recipe, together
        self.estimate: Point | None = None
        self.point: Point | None = None
        self.error: str | None = None
        self.progress: tuple[Progress, ...] = ()
        """Of a training, first to latest: bounded, the ends kept. Empty until it begins."""
        self.warning: str | None = None
        """Said once when points are measured but can't be kept."""
        self._cancelled = False
        self._drop: Callable[[Ticket], None] | None = None
        self._on_done = on_done
        self._changed = threading.Condition()
        self._news = self._seen = 0

    @property
    def key(self) -> str:
        return self.recipe.key

    @property
    def done(self) -> bool:
        """Nothing more will come: the full point is there, or an error, or it was cancelled."""
        return self.point is not None or self.error is not None or self._cancelled

    @property
    def best(self) -> Point | None:
        """The full point if it is there, else the estimate."""
        return self.point or self.estimate

    def wait(self, seconds: float) -> bool:
        """Wait for something not yet waited for (estimate, progress, point, error); False if none came."""
        with self._changed:
            self._changed.wait_for(lambda: self._news > self._seen or self.done, seconds)
            fresh, self._seen = self._news > self._seen, self._news
            return fresh

    def result(self, seconds: float | None = None) -> Point:
        """Wait for the full point; EngineError if it failed, was cancelled or took longer."""
        with self._changed:
            self._changed.wait_for(lambda: self.done, seconds)
        if self.point is not None:
            return self.point
        late = f"{self.recipe.describe()} took longer than {seconds} s: wait, or ask again."
        raise EngineError(self.error or ("The request was cancelled." if self.done else late))

    def cancel(self) -> None:
        """Stop waiting. Others who wait for the same recipe are not hurt."""
        with self._changed:
            if self.done:
                return
            self._cancelled = True
            self._changed.notify_all()
        if self._drop is not None:
            self._drop(self)

    # The engine's side

    def attach(self, drop: Callable[[Ticket], None]) -> None:
        self._drop = drop

    def tell_estimate(self, point: Point) -> None:
        with self._changed:
            if not self.done and self.estimate is None:
                self.estimate = point
                self._tell()

    def tell_progress(self, curve: tuple[Progress, ...]) -> None:
        with self._changed:
            if not self.done:
                self.progress = curve
                self._tell()

    def tell_point(self, point: Point, warning: str | None = None) -> None:
        with self._changed:
            if self.done:
                return
            self.point, self.warning = point, warning
            self._tell()
        self._finish()

    def tell_error(self, message: str) -> None:
        with self._changed:
            if self.done:
                return
            self.error = message
            self._tell()
        self._finish()

    def _tell(self) -> None:
        self._news += 1
        self._changed.notify_all()

    def _finish(self) -> None:
        if self._on_done is not None:
            self._on_done(self)
