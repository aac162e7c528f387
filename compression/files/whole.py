"""A file is there as a whole or not at all: written beside its place, then put into it in one step."""

from __future__ import annotations

import errno
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".lab-partial"
"""How the names of files end that are being written. Their writers hold a lock on them, which ends with the process."""


def write(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a whole file, or leave what is there as it is; OSError if the disk doesn't take it."""
    with replacing(path, mode=mode) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when the block is left without an error.

    Till then what was there is there: whatever ends the process, and when the disk is full. ``mode`` is what
    others may do with it at most, before the umask; what is replaced hands on its own.
    """
    path = path.resolve()  # a link stays one: what it points at is replaced
    if path.exists() and not path.is_file():  # a device or a pipe has nothing to lose
        with path.open("wb") as device:
            yield device
        return
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    _sweep(path.parent.glob(f".*{PARTIAL}"), start=_start(path))
    partial, file = _created(path, mode)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            partial.replace(path)  # with the lock still held: nobody sweeps it up
        _keep_name(path.parent)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise


def sweep_up(folder: Path) -> int:
    """Remove what killed processes left half-written below a folder; how many files. The living's stay."""
    return _sweep(folder.rglob(f".*{PARTIAL}"))


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is in such a block for this folder: to read a file, change and replace it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _start(path: Path) -> str:
    return f".{path.name[:40]}."  # a name may have 255 bytes


def _created(path: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A locked new file beside ``path``."""
    while True:
        partial = path.with_name(f"{_start(path)}{uuid.uuid4().hex[:12]}{PARTIAL}")
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        with suppress(OSError):  # a file system without locks: there, nothing is swept up either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            break
        os.close(descriptor)  # swept up between its making and its lock
    if path.exists():
        os.fchmod(descriptor, path.stat().st_mode & mode)
    return partial, os.fdopen(descriptor, "wb")


def _sweep(partials: Iterator[Path], start: str = ".") -> int:
    return sum(_removed(partial) for partial in list(partials) if partial.name.startswith(start))


def _removed(partial: Path) -> bool:
    """Whether a half-written file was nobody's and is gone."""
    with suppress(OSError), partial.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        partial.unlink()
        return True
    return False


def _keep_name(folder: Path) -> None:
    """A power cut forgets a new name unless its folder is written out, too; some file systems can't."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
