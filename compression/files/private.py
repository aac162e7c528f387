"""Files and folders for their owner alone, whatever the umask says."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
"""The mode of a file that only its owner reads and writes."""

OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may open, and those above it that are missing."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        with suppress(FileExistsError):  # another process was faster
            place.mkdir(mode=0o700)


def tighten(path: Path) -> None:
    """Take a file or folder of ours away from others; it must exist to be. One of another user stays."""
    with suppress(OSError):
        state = path.stat()
        if state.st_uid == os.getuid() and state.st_mode & OTHERS:
            path.chmod(state.st_mode & 0o7777 & ~OTHERS)
