"""The engine: recipes in, points out, on Dask. Second word of the sentence; torch-free.

``shared()`` is the process's engine; it starts when first asked, or in the background before.
"""

from __future__ import annotations

import threading

from compression.engine.engine import Engine
from compression.engine.jobs import Priority
from compression.engine.requests import PointRequest, Request
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
    "SweepProgress",
    "SweepRun",
    "SweepWatch",
    "shared",
]

_lock = threading.Lock()
_shared: Engine | None = None


def shared() -> Engine:
    """The one engine of this process; a closed one is replaced."""
    global _shared
    with _lock:
        if _shared is None or _shared.state.name == "closed":
            _shared = Engine()
        return _shared
