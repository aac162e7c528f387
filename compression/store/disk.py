"""What this lab takes of the disk, by what it is, and how to have some of it back."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from compression.errors import StoreError
from compression.home import home
from compression.store.artifacts import ArtifactFolder

PARTS = {
    "points and runs": ("lab.db*",),
    "packed files": ("artifacts/**/*",),
    "trainings": ("training/**/*",),
    "answers": ("answers/**/*",),
    "data sets": ("datasets/**/*",),
    "log": ("engine.log*",),
}
"""Where in the home folder each lies."""

DROPPABLE = ("packed files", "trainings")
"""What can be made again: a packed file by measuring, a training by training."""

DAY = 24 * 3600
SHORTEST = 1
"""Days that a file stays at least: what is being trained now is younger."""


@dataclass(frozen=True)
class DiskUse:
    bytes: dict[str, int]
    """By what it is."""
    free: int
    limit: int
    """Of packed files, beyond which the oldest unused go by themselves."""

    @property
    def total(self) -> int:
        return sum(self.bytes.values())


def disk_use() -> DiskUse:
    folder = home()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    sizes = {name: sum(_size(file) for file in _files(name)) for name in PARTS}
    return DiskUse(sizes, shutil.disk_usage(there).free, ArtifactFolder().limit)


def drop_unused(part: str, days: int) -> tuple[int, int]:
    """Drop the files of a part that nobody used for so many days: how many, and their bytes.

    StoreError for a part that can't be made again, or too few days.
    """
    if part not in DROPPABLE or days < SHORTEST:
        raise StoreError(
            f"{part[:40]} unused for {days} days can't be dropped: choose {' or '.join(DROPPABLE)}, and a day or more."
        )
    before = time.time() - days * DAY
    count = freed = 0
    for file in _files(part):
        if size := _dropped(file, before):
            count, freed = count + 1, freed + size
    return count, freed


def _dropped(file: Path, before: float) -> int:
    """Its bytes, if it was last used before then; 0 where it stays, or another process was faster."""
    try:
        state = file.lstat()
        if state.st_mtime >= before:
            return 0
        file.unlink()
    except OSError:
        return 0
    return state.st_size


def _files(part: str) -> list[Path]:
    """Real files alone: a link may lead elsewhere."""
    found = (file for pattern in PARTS[part] for file in home().glob(pattern))
    return [file for file in found if file.is_file() and not file.is_symlink()]


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0
