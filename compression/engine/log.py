"""What the cluster's processes write, in a file that never grows beyond its bound, however long they run."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from compression.files import PRIVATE, alone_in
from compression.home import home, ready_folder

LOG_BYTES = 2**20
"""Of the file, and of the one before it, which is kept as `engine.log.1`."""

CHUNK = 2**16


def log_file() -> Path:
    return home() / "engine.log"


def keep(stream: IO[bytes]) -> None:
    """Write to the log what comes from a process, on a thread of its own, until the process and its children end.

    They write to a pipe, not to the file: so the file can be bounded while they run.
    """
    append(b"")
    threading.Thread(target=_drain, args=(stream,), name="engine log", daemon=True).start()


def append(content: bytes) -> None:
    """Add to the log; where it can't be written what was said is lost, and nobody waits for it."""
    with suppress(OSError), alone_in(ready_folder()):
        file = log_file()
        if file.exists() and file.stat().st_size + len(content) > LOG_BYTES:
            file.replace(file.with_name("engine.log.1"))
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE), "ab") as log:
            log.write(content)


def _drain(stream: IO[bytes]) -> None:
    with stream:
        while content := stream.read1(CHUNK):  # type: ignore[attr-defined]
            append(content)
