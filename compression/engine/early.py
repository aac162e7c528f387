"""The cluster's process, started before the engine is: it imports torch while the web server is still starting."""

from __future__ import annotations

import subprocess
import threading
from contextlib import suppress

from compression.engine.local_cluster import TASKS, begin, named_scheduler, prepare, stop
from compression.errors import EngineError

_lock = threading.Lock()
_prepared: list[subprocess.Popen[bytes]] = []


def prepare_early() -> None:
    """Once, for the process's first engine, of as many workers as there are cores; none where a cluster is named.

    It ends with this process, whether an engine has taken it or not.
    """
    with _lock, suppress(EngineError):  # the engine will try again, and say what is wrong
        if not _prepared and not named_scheduler():
            _prepared.append(prepare(TASKS, 0))


def take(module: str, workers: int) -> subprocess.Popen[bytes] | None:
    """The process that was prepared for such an engine, told to begin; None if there is none, or it has died."""
    with _lock:
        process = _prepared.pop() if _prepared and (module, workers) == (TASKS, 0) else None
    if process is None:
        return None
    if process.poll() is not None:
        stop(process)
        return None
    begin(process)
    return process
