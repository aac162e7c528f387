"""The sweeps of this process and of others: recorded before they begin, resumed after a crash."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from compression.engine.history import sweep_of
from compression.engine.owner import is_run_elsewhere, new_owner
from compression.engine.searching import begun, replayed
from compression.engine.sweep_progress import SweepProgress
from compression.engine.sweep_run import Measurer, SweepRun
from compression.engine.watched_pace import WatchedPace
from compression.errors import EngineError
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord

TRIES = 5
"""A sweep's record may change between reading it and taking it over."""


class Sweeps:
    """The sweeps that this process runs."""

    def __init__(self, measurer: Measurer) -> None:
        self._measurer = measurer
        self._runs: dict[str, SweepRun] = {}
        self._paces: dict[str, WatchedPace] = {}
        self._lock = threading.Lock()

    def start(self, sweep: Sweep) -> SweepRun | SweepWatch:
        store = self._measurer.store
        sweep = begun(sweep, store)
        with self._lock:
            run = self._runs.get(sweep.key)
            if run is not None and not run.progress.finished:
                return run
            owner, body = new_owner(), sweep.model_dump_json()
            record = SweepRecord(sweep.key, sweep.model, body, "running", len(sweep), owner=owner)
            if store.ledger.add(record) or self._take_over(record):
                return self._run(sweep, owner)
            return self._watch(sweep)

    def find(self, key: str) -> SweepRun | SweepWatch | None:
        with self._lock:
            run = self._runs.get(key)
        if run is not None:
            return run
        store = self._measurer.store
        record = store.sweep(key)
        sweep = None if record is None else sweep_of(record)
        return None if sweep is None else self._watch(sweep)

    def resume(self) -> list[SweepRun]:
        ledger, resumed = self._measurer.store.ledger, []
        for record in ledger.all():
            sweep = sweep_of(record)
            if record.state != "running" or sweep is None or record.key in self._runs:
                continue
            owner = new_owner()
            if not is_run_elsewhere(record) and ledger.take(record, owner):
                with self._lock:
                    resumed.append(self._run(sweep, owner))
        return resumed

    def cancel(self, key: str) -> None:
        with self._lock:
            run = self._runs.get(key)
        if run is not None:
            run.cancel()
            return
        record = self._measurer.store.sweep(key)
        if record is not None and not is_run_elsewhere(record):
            self._measurer.store.ledger.cancel(key)

    def delete(self, key: str) -> bool:
        """Forget a sweep, cancelled first if it runs; its points stay. False if there was none."""
        with self._lock:
            run = self._runs.pop(key, None)
            self._paces.pop(key, None)
        if run is not None:
            run.cancel()
        return self._measurer.store.ledger.delete(key)

    def stop(self) -> None:
        with self._lock:
            for run in self._runs.values():
                run.stop()

    def _take_over(self, asked: SweepRecord) -> bool:
        """Become the owner of a recorded sweep unless another process runs it; of one just deleted, too."""
        ledger = self._measurer.store.ledger
        for _ in range(TRIES):
            seen = ledger.get(asked.key)
            if seen is None:  # deleted meanwhile
                if ledger.add(asked):
                    return True
                continue
            if is_run_elsewhere(seen):
                return False
            if ledger.take(seen, asked.owner, asked.body):
                return True
        return False

    def _run(self, sweep: Sweep, owner: str) -> SweepRun:
        self._runs[sweep.key] = SweepRun(self._measurer, sweep, owner).start()
        return self._runs[sweep.key]

    def _watch(self, sweep: Sweep) -> SweepWatch:
        pace = self._paces.setdefault(sweep.key, WatchedPace())
        return SweepWatch(self._measurer.store, sweep, pace)


class SweepWatch:
    """A sweep that another process runs or ran, read from the store."""

    def __init__(self, store: Store, sweep: Sweep, pace: WatchedPace) -> None:
        self.sweep = sweep
        self._store = store
        self._pace = pace

    @property
    def progress(self) -> SweepProgress:
        record = self._store.sweep(self.sweep.key)
        if record is None:
            raise EngineError(f"There is no sweep {self.sweep.key} in the store: start it again.")
        return SweepProgress(
            record.key,
            record.state,
            record.done,
            record.failed,
            record.total,
            seconds_left=self._pace.seconds_left(record),
            message=record.message,
        )

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """All that were asked for so far; of a search found by searching again, in this process, so never on a page."""
        return replayed(self.sweep, self._store)

    def cancel(self) -> None:
        self._store.ledger.cancel(self.sweep.key)

    def wait(self, seconds: float) -> SweepProgress:
        """Wait for a change, or so many seconds."""
        before = now = replace(self.progress, seconds_left=None)
        end = time.monotonic() + seconds
        while (
            replace(now, seconds_left=None) == before
            and not now.finished
            and time.monotonic() < end
        ):
            time.sleep(min(0.25, seconds))
            now = self.progress
        return now
