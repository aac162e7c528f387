"""The engine: recipes in, points out, on Dask. Second word of the sentence; torch-free.

``shared()`` is the process's engine; it starts when first asked, or in the background before.
"""

from __future__ import annotations

import threading

from compression.engine.engine import Engine
from compression.engine.questions import Answer
from compression.engine.state import EngineState
from compression.engine.sweep_run import SweepProgress, SweepRun
from compression.engine.sweeps import SweepWatch
from compression.engine.tickets import LIVE, PREFETCH, SWEEP, Priority, Ticket

__all__ = [
    "LIVE",
    "PREFETCH",
    "SWEEP",
    "Answer",
    "Engine",
    "EngineState",
    "Priority",
    "SweepProgress",
    "SweepRun",
    "SweepWatch",
    "Ticket",
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
