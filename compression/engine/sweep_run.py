"""A sweep that this process runs: fed to the engine in small windows, reported to the store."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compression.engine.sweep_plan import SweepPlan
from compression.engine.tickets import SWEEP, Ticket
from compression.errors import LabError, StoreError
from compression.recipe.sweep import Sweep, coarse_first
from compression.store.sweeps import SweepState
from compression.training.progress import Progress

if TYPE_CHECKING:
    from compression.engine.engine import Engine

WINDOW = 32
"""Recipes asked of the engine at a time; the rest costs nothing to cancel."""

REPORT_SECONDS = 1.0


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is. ``done`` counts what was already known, too."""

    key: str
    state: SweepState
    done: int
    failed: int
    total: int
    seconds_left: float | None = None
    message: str = ""
    training: Progress | None = None
    """How far the training is that has begun; of several trained in one run, all of them."""

    @property
    def finished(self) -> bool:
        """Nothing more will come, for whatever reason."""
        return self.state != "running"

    @property
    def fraction(self) -> float:
        return (self.done + self.failed) / self.total if self.total else 1.0


class SweepRun:
    """A sweep that this process runs, on a thread of its own that mostly sleeps."""

    def __init__(self, engine: Engine, sweep: Sweep, owner: str) -> None:
        self.sweep = sweep
        self._engine = engine
        self._owner = owner
        self._progress = SweepProgress(sweep.key, "running", 0, 0, len(sweep))
        self._out: dict[int, Ticket] = {}
        self._plan = SweepPlan((), 1)
        self._times: deque[float] = deque(maxlen=32)
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._drive, name="sweep", daemon=True)

    @property
    def progress(self) -> SweepProgress:
        with self._changed:
            training = self._training()
            return replace(
                self._progress, training=training, seconds_left=self._seconds_left(training)
            )

    def start(self) -> SweepRun:
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop; points already measured stay. Tasks that have begun are finished and kept."""
        self._end("cancelled")
        self._drop_tickets()

    def stop(self) -> None:
        """Stop driving, but leave the sweep to be resumed: the process ends."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> SweepProgress:
        """Wait for the next change, or so many seconds."""
        with self._changed:
            before = self._progress
            self._changed.wait_for(lambda: self._progress is not before or before.finished, seconds)
        return self.progress

    def join(self, seconds: float | None = None) -> None:
        """Wait until nothing more is written to the store."""
        self._thread.join(seconds)

    # On the sweep's thread

    def _drive(self) -> None:
        try:
            self._measure()
        except LabError as error:
            self._end("failed", str(error))
        if self._stopped:
            return
        self._drop_tickets()
        self._report()

    def _measure(self) -> None:
        recipes = self.sweep.recipes()
        have = self._engine.keeper.store.have(recipe.key for recipe in recipes)
        missing = [r for i in coarse_first(len(recipes)) if (r := recipes[i]).key not in have]
        self._plan = plan = SweepPlan(missing, self._trainings_at_once())
        self._update(done=len(recipes) - len(missing))
        reported = time.monotonic()
        while not self._stopped and not self._progress.finished:
            while plan and len(self._out) < WINDOW + 2 * self._engine.workers:
                recipe, together = plan.next()
                ticket = self._engine.request(
                    recipe, priority=SWEEP, on_done=self._ticket_done, together=together
                )
                with self._changed:
                    if not ticket.done:
                        self._out[id(ticket)] = ticket
            with self._changed:
                if self._progress.done + self._progress.failed >= self._progress.total:
                    break
                self._changed.wait(REPORT_SECONDS)
            if time.monotonic() - reported >= REPORT_SECONDS:
                reported = time.monotonic()
                if not self._report():
                    self._end("cancelled")
        if not self._stopped:
            self._end(*self._verdict())

    def _ticket_done(self, ticket: Ticket) -> None:
        with self._changed:
            self._out.pop(id(ticket), None)
            self._plan.over(ticket.recipe)
            now = self._progress
            if now.finished or self._stopped:
                return
            self._times.append(time.monotonic())
            if ticket.point is not None:
                now = replace(now, done=now.done + 1)
            else:
                message = now.message or ticket.error or ""
                now = replace(now, failed=now.failed + 1, message=message)
            if ticket.warning or self._engine.state.name == "failed":
                now = replace(now, state="failed", message=ticket.warning or now.message)
            self._progress = now
            self._changed.notify_all()

    def _verdict(self) -> tuple[SweepState, str]:
        now = self._progress
        if not now.failed:
            return "finished", ""
        if not now.done:
            return "failed", now.message
        return "finished", f"{now.failed} of {now.total} could not be measured: {now.message}"

    def _update(self, *, done: int) -> None:
        with self._changed:
            self._progress = replace(self._progress, done=done)
            self._changed.notify_all()

    def _end(self, state: SweepState, message: str = "") -> None:
        with self._changed:
            if not self._progress.finished:
                self._progress = replace(self._progress, state=state, message=message)
            self._changed.notify_all()

    def _drop_tickets(self) -> None:
        with self._changed:
            tickets = list(self._out.values())[::-1]  # last asked first: none is sent meanwhile
            self._out.clear()
        for ticket in tickets:
            ticket.cancel()

    def _report(self) -> bool:
        """Tell the store; False if the sweep was cancelled there. A store in trouble is no reason."""
        now = self._progress
        try:
            return self._engine.keeper.store.ledger.report(
                now.key,
                self._owner,
                state=now.state,
                done=now.done,
                failed=now.failed,
                message=now.message,
            )
        except StoreError:
            return True

    def _trainings_at_once(self) -> int:
        """As many as the backlog lets out: the last worker is left to others."""
        return max(1, (self._engine.workers or os.cpu_count() or 1) - 1)

    def _training(self) -> Progress | None:
        moments = [ticket.progress[-1] for ticket in self._out.values() if ticket.progress]
        return max(moments, key=lambda moment: moment.steps - moment.step, default=None)

    def _seconds_left(self, training: Progress | None) -> float | None:
        now = self._progress
        if now.finished:
            return None
        if len(self._times) < 2:
            return None if training is None else training.seconds_left
        pace = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        return pace * (now.total - now.done - now.failed)
