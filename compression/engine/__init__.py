"""The engine: recipes in, points out, on Dask. Second word of the sentence; torch-free.

``shared()`` is the process's engine; it starts when first asked, or in the background before.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compression.engine.engine import Engine
    from compression.engine.jobs import Priority
    from compression.engine.requests import PointRequest, Request
    from compression.engine.running_devices import RunningDevices
    from compression.engine.state import EngineState
    from compression.engine.sweep_progress import SweepProgress
    from compression.engine.sweep_run import SweepRun
    from compression.engine.sweeps import SweepWatch

__all__ = [
    "Engine",
    "EngineState",
    "PointRequest",
    "Priority",
    "Request",
    "RunningDevices",
    "SweepProgress",
    "SweepRun",
    "SweepWatch",
    "shared",
]

_FILES = {
    "Engine": "engine",
    "EngineState": "state",
    "PointRequest": "requests",
    "Priority": "jobs",
    "Request": "requests",
    "RunningDevices": "running_devices",
    "SweepProgress": "sweep_progress",
    "SweepRun": "sweep_run",
    "SweepWatch": "sweeps",
}

_lock = threading.Lock()
_shared: Engine | None = None


def __getattr__(name: str) -> Any:
    """Imported when first asked for: the cluster's processes start through this package and need none of it.

    With all of it here they begin to import torch a third of a second of CPU later.
    """
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


def shared() -> Engine:
    """The one engine of this process; a closed one is replaced."""
    from compression.engine.engine import Engine

    global _shared
    with _lock:
        if _shared is None or _shared.state.name == "closed":
            _shared = Engine()
        return _shared
