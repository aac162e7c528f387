"""The folder that a pipeline shares with its stages, in memory where the system has such: gone with its processes.

Each holds a lock on its own as long as its process lives, so that whoever comes next knows what was left behind where
all processes of a run were killed at once: memory that nobody uses and nobody would give back.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "compact-ai-lab-stages-"
FRESH_SECONDS = 10.0
"""One that is younger may not have its lock yet."""


class OwnFolder:
    """A new folder for its owner alone, those without an owner beside it being removed first."""

    def __init__(self, parent: Path | None) -> None:
        sweep(parent or Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = os.open(self.path, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks: there, nothing is swept up either
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


def sweep(parent: Path) -> int:
    """Remove our folders whose processes are dead; how many."""
    return sum(_removed(folder) for folder in parent.glob(f"{PREFIX}*"))


def _removed(folder: Path) -> bool:
    try:
        state = folder.lstat()
        if state.st_uid != os.getuid() or time.time() - state.st_mtime < FRESH_SECONDS:
            return False
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False  # somebody else's, or gone meanwhile
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False  # its process lives
    finally:
        os.close(lock)
    return not folder.exists()
