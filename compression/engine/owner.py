"""Who runs a sweep, and whether that process still lives."""

from __future__ import annotations

import os
import re
import socket
import time
import uuid

import psutil

from compression.store import SweepRecord

SILENT_SECONDS = 60.0
"""A process on another machine, or of another version, that has said nothing for so long is taken to be dead."""

OWNER = re.compile(r"(?P<host>.*):(?P<pid>\d{1,9}):(?P<began>\d+):\w+")


def new_owner() -> str:
    """A name for one run of a sweep, that tells its process: host:pid:start:run."""
    began = psutil.Process().create_time()
    return f"{socket.gethostname()}:{os.getpid()}:{began:.0f}:{uuid.uuid4().hex[:8]}"


def is_run_elsewhere(record: SweepRecord) -> bool:
    """Whether another living process runs it. One that can't be looked at lives while it says so."""
    if record.state != "running":
        return False
    known = OWNER.fullmatch(record.owner)
    if known is None or known["host"] != socket.gethostname():
        return time.time() - record.beat < SILENT_SECONDS
    pid = int(known["pid"])
    try:
        lives = f"{psutil.Process(pid).create_time():.0f}" == known["began"]
    except psutil.Error:
        return False
    return lives and pid != os.getpid()
