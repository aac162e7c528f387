"""A folder of files is there as a whole or not at all: written beside its place, then put into it in one step."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder by one of these files; OSError if that can't be, and then what was there is there still."""
    made = folder.with_name(f".{folder.name[:40]}.{uuid.uuid4().hex[:8]}.new")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            place = made / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _put(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, folder: Path) -> None:
    """The new folder in the old one's place; the old one comes back if that fails."""
    old = folder.with_name(f"{made.name[:-3]}old")
    if folder.exists():
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        with suppress(OSError):
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
