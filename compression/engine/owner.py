"""Who runs a sweep, and whether that process still lives."""

from __future__ import annotations

import os
import socket
import time
import uuid

import psutil

from compression.store import SweepRecord

SILENT_SECONDS = 60.0
"""A process on another machine that has said nothing for so long is taken to be dead."""


def new_owner() -> str:
    """A name for one run of a sweep, that tells its process: host:pid:start:run."""
    began = psutil.Process().create_time()
    return f"{socket.gethostname()}:{os.getpid()}:{began:.0f}:{uuid.uuid4().hex[:8]}"


def is_run_elsewhere(record: SweepRecord) -> bool:
    """Whether another living process runs it."""
    if record.state != "running":
        return False
    host, pid, began, _ = record.owner.rsplit(":", 3)
    if host != socket.gethostname():
        return time.time() - record.beat < SILENT_SECONDS
    try:
        lives = f"{psutil.Process(int(pid)).create_time():.0f}" == began
    except (psutil.Error, ValueError):
        return False
    return lives and int(pid) != os.getpid()
