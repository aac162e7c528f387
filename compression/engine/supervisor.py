"""Keeps the queue connected to a cluster: opens one, watches it, and opens another when it is lost."""

from __future__ import annotations

import threading
import time

from compression.engine.connection import Connection
from compression.engine.queue import JobQueue
from compression.engine.state import EngineState
from compression.errors import LabError, UsageError

ATTEMPTS = 3
"""How often a start is tried in a row before those who wait are told."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
"""Seconds between losing a cluster and starting the next; doubled while clusters die young."""

WARM_MODELS = 2


class Supervisor:
    """One thread that lives as long as there is to be a cluster. Every method but ``close`` returns at once."""

    def __init__(self, queue: JobQueue, module: str, workers: int) -> None:
        self._queue = queue
        self._module = module
        self._workers = workers
        self._state = EngineState("idle", "The engine has not been started.")
        self._lock = threading.RLock()
        self._warm: list[str] = []
        self._link: Connection | None = None
        self._thread: threading.Thread | None = None
        self._closing, self._hurried = threading.Event(), threading.Event()

    @property
    def state(self) -> EngineState:
        return self._state

    def start(self, after: float) -> bool:
        """Start a cluster, ``after`` so many seconds or at a ``hurry``; False if there is one, or is to be none."""
        with self._lock:
            if self._closing.is_set() or self._thread is not None:
                return False
            self._state = EngineState("starting", "The engine is starting.")
            self._thread = threading.Thread(
                target=self._supervise, args=(after,), name="engine", daemon=True
            )
            self._thread.start()
        return True

    def hurry(self) -> None:
        """Start now, if it is still to wait."""
        self._hurried.set()

    def warm(self, model: str) -> None:
        """Have the workers of this cluster, and of the next one, load a model."""
        with self._lock:
            self._warm = [*(m for m in self._warm if m != model), model][-WARM_MODELS:]
            if self._link is not None:
                self._link.warm(self._module, model)

    def stop(self, message: str) -> None:
        """Start no cluster any more."""
        with self._lock:
            self._closing.set()
            self._hurried.set()
            self._state = EngineState("closed", message)

    def close(self) -> None:
        """End the cluster, once stopped."""
        with self._lock:
            link, thread = self._link, self._thread
        if link is not None:
            link.close()
        if thread is not None:
            thread.join(5.0)

    def _supervise(self, after: float) -> None:
        """Open a connection, wait until it is lost, put back what was out, and again."""
        self._hurried.wait(after)
        failures, pause = 0, FIRST_PAUSE
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                link = Connection.open(self._module, self._workers)
            except Exception as error:
                failures += 1
                if failures >= ATTEMPTS or isinstance(error, UsageError):
                    return self._give_up(error)
                self._closing.wait(FIRST_PAUSE)
                continue
            failures = 0
            self._connected(link)
            link.gone.wait()
            self._lost(link)
            pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else 2 * pause
            self._closing.wait(min(pause, LONGEST_PAUSE))
        return None

    def _connected(self, link: Connection) -> None:
        """Send what was asked meanwhile, and say when the first worker takes it."""
        with self._lock:
            self._link = link
            if self._closing.is_set():
                link.gone.set()
                return
            for model in self._warm:
                link.warm(self._module, model)
        self._queue.open(link)
        is_ready = link.wait_for_worker()
        with self._lock:
            if is_ready and not self._closing.is_set():
                self._state = EngineState("ready", f"{len(link.workers)} workers are ready.")
            else:
                link.gone.set()

    def _lost(self, link: Connection) -> None:
        with self._lock:
            self._link = None
            if not self._closing.is_set():
                self._state = EngineState("lost", "The engine was lost and is starting again.")
        link.close()
        self._queue.suspend()

    def _give_up(self, error: Exception) -> None:
        """The next request tries again."""
        message = str(error) if isinstance(error, LabError) else f"The engine can't start: {error}."
        with self._lock:
            self._state = EngineState("failed", message)
            self._thread = None
        self._queue.fail_all(message)
