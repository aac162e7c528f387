"""Which process runs a sweep, and whether that process still lives."""

from __future__ import annotations

import os
import socket
import time
from functools import lru_cache

import psutil

from compression.store import SweepRecord

SILENT_SECONDS = 60.0
"""A process on another machine that has said nothing for so long is taken to be dead."""


@lru_cache(maxsize=1)
def owner() -> str:
    """This process, so that another can tell whether it still lives: host:pid:start."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.0f}"


def is_run_elsewhere(record: SweepRecord) -> bool:
    """Whether another living process runs it."""
    if record.state != "running" or record.owner == owner():
        return False
    host, pid, began = record.owner.rsplit(":", 2)
    if host != socket.gethostname():
        return time.time() - record.beat < SILENT_SECONDS
    try:
        return f"{psutil.Process(int(pid)).create_time():.0f}" == began
    except (psutil.Error, ValueError):
        return False
