"""A sweep that this process runs: fed to the engine in small windows, reported to the store."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from compression.engine.jobs import Priority
from compression.engine.requests import PointRequest, Request
from compression.engine.searching import known_points, last_words, measured_points
from compression.engine.state import EngineState
from compression.engine.sweep_progress import SweepProgress
from compression.errors import EngineError, LabError, StoreError
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep, coarse_first
from compression.store import Store
from compression.store.sweeps import SweepState
from compression.training.progress import Progress

WINDOW = 32
"""Recipes asked of the engine at a time; the rest costs nothing to cancel."""

REPORT_SECONDS, MOMENT = 1.0, 0.2


class Measurer(Protocol):
    """What a sweep needs: somebody to ask for points, and the store where they go."""

    @property
    def store(self) -> Store: ...

    @property
    def state(self) -> EngineState: ...

    @property
    def workers(self) -> int: ...

    def request(
        self,
        recipe: Recipe,
        *,
        priority: Priority,
        on_done: Callable[[PointRequest], None],
    ) -> PointRequest: ...

    def propose(self, question: str) -> Request[str]: ...


class SweepRun:
    """A sweep that this process runs, on a thread of its own that mostly sleeps."""

    def __init__(self, measurer: Measurer, sweep: Sweep, owner: str) -> None:
        self.sweep = sweep
        self._measurer = measurer
        self._owner = owner
        self._progress = SweepProgress(sweep.key, "running", 0, 0, len(sweep))
        self._recipes: tuple[Recipe, ...] = ()
        self._out: dict[int, PointRequest] = {}
        self._times: deque[float] = deque(maxlen=32)
        self._reported = 0.0
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

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """All that were asked for so far, in that order."""
        return self._recipes

    def start(self) -> SweepRun:
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop; points already measured stay. Tasks that have begun are finished and kept. Recorded on return."""
        self._end("cancelled")
        self._cancel_requests()
        self._report()

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
            self._sample()
        except LabError as error:
            self._end("failed", str(error))
        if self._stopped:
            return
        self._cancel_requests()
        self._report()

    def _sample(self) -> None:
        """Measure what the sampler asks for, until it asks for nothing more."""
        store = self._measurer.store
        sampler = self.sweep.new_sampler(self._proposed)
        if self.sweep.known:
            sampler.tell(known_points(self.sweep, store))
        self._reported = time.monotonic()
        while recipes := sampler.ask():
            self._measure(recipes)
            if self._is_ended():
                return
            sampler.tell(measured_points(self.sweep, recipes, store))
        self._end(*self._verdict())

    def _proposed(self, question: str) -> str:
        """A worker's answer to a search; no place at all for a sweep that has ended meanwhile."""
        request = self._measurer.propose(question)
        while not request.done and not self._is_ended():
            request.wait(MOMENT)
            self._report_at_times()
        request.cancel()
        if request.error:
            raise EngineError(request.error)
        return request.value or "[]"

    def _measure(self, recipes: Sequence[Recipe]) -> None:
        have = self._measurer.store.have(recipe.key for recipe in recipes)
        self._measurer.store.asked_for(have)
        missing = [r for i in coarse_first(len(recipes)) if (r := recipes[i]).key not in have]
        waiting = deque(missing)
        with self._changed:
            self._recipes += tuple(recipes)
            done = self._progress.done + len(recipes) - len(missing)
            self._progress = replace(self._progress, done=done)
            self._changed.notify_all()
        while not self._is_ended():
            self._request_more(waiting)
            with self._changed:
                if self._progress.done + self._progress.failed >= len(self._recipes):
                    return
                self._changed.wait(REPORT_SECONDS)
            self._report_at_times()

    def _request_more(self, waiting: deque[Recipe]) -> None:
        while waiting and len(self._out) < WINDOW + 2 * self._measurer.workers:
            request = self._measurer.request(
                waiting.popleft(), priority=Priority.SWEEP, on_done=self._request_done
            )
            with self._changed:
                if not request.done:
                    self._out[id(request)] = request

    def _request_done(self, request: PointRequest) -> None:
        with self._changed:
            self._out.pop(id(request), None)
            now = self._progress
            if now.finished or self._stopped:
                return
            self._times.append(time.monotonic())
            if request.point is not None:
                now = replace(now, done=now.done + 1)
            else:
                message = now.message or request.error
                now = replace(now, failed=now.failed + 1, message=message)
            if request.warning or self._measurer.state.name == "failed":
                now = replace(now, state="failed", message=request.warning or now.message)
            self._progress = now
            self._changed.notify_all()

    def _is_ended(self) -> bool:
        return self._stopped or self._progress.finished

    def _verdict(self) -> tuple[SweepState, str]:
        now = self._progress
        if now.failed and not now.done:
            return "failed", now.message
        said = last_words(self.sweep, self._recipes, self._measurer.store)
        if now.failed:
            said = f"{now.failed} of {now.total} could not be measured: {now.message} {said}"
        return "finished", said.strip()

    def _end(self, state: SweepState, message: str = "") -> None:
        with self._changed:
            if not self._progress.finished:
                self._progress = replace(self._progress, state=state, message=message)
            self._changed.notify_all()

    def _cancel_requests(self) -> None:
        with self._changed:
            requests = list(self._out.values())[::-1]  # last asked first: none is sent meanwhile
            self._out.clear()
        for request in requests:
            request.cancel()

    def _report_at_times(self) -> None:
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            self._reported = time.monotonic()
            if not self._report():
                self._end("cancelled")

    def _report(self) -> bool:
        """Tell the store; False if the sweep was cancelled there. A store in trouble is no reason."""
        now = self._progress
        try:
            return self._measurer.store.ledger.report(
                now.key,
                self._owner,
                state=now.state,
                done=now.done,
                failed=now.failed,
                message=now.message,
            )
        except StoreError:
            return True

    def _training(self) -> Progress | None:
        moments = [request.progress[-1] for request in self._out.values() if request.progress]
        return max(moments, key=lambda moment: moment.steps - moment.step, default=None)

    def _seconds_left(self, training: Progress | None) -> float | None:
        now = self._progress
        if now.finished:
            return None
        left = now.total - now.done - now.failed
        if len(self._times) >= 2:
            pace = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
            return pace * left
        if training is None or training.seconds_left is None or training.fraction == 1:
            return None
        return training.seconds_left * (left - training.fraction) / (1 - training.fraction)
