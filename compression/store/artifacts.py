"""Packed files kept by the hash of their content, bounded in total size; oldest unused go first."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from compression.errors import StoreError
from compression.files import PRIVATE, make_folder, write
from compression.home import home

DEFAULT_BYTES = 2**30


@dataclass(frozen=True)
class _File:
    used: float
    size: int
    path: Path


class ArtifactFolder:
    """Files named by the SHA-256 of what is in them. A damaged one is none: it is replaced when it is put again."""

    def __init__(self, folder: Path | None = None, limit: int | None = None) -> None:
        self.folder = folder or home() / "artifacts"
        self.limit = _limit() if limit is None else limit
        self._bytes: int | None = None
        self._lock = threading.Lock()

    def put(self, content: bytes) -> str:
        """Keep the content and return its digest; StoreError if the disk won't take it."""
        digest = hashlib.sha256(content).hexdigest()
        if self.get(digest) is not None:
            return digest
        path = self._path(digest)
        try:
            make_folder(path.parent)
            write(path, content, mode=PRIVATE)
        except OSError as error:
            raise StoreError(
                f"The packed file could not be kept in {self.folder} ({error.strerror}): "
                "free some space or make the folder writable."
            ) from error
        self._make_room(len(content))
        return digest

    def get(self, digest: str) -> bytes | None:
        """The content of that digest; None if it was dropped, never kept, or is damaged."""
        path = self._path(digest)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != digest:
            return None
        _touch(path)
        return content

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise StoreError(f"{digest[:80]!r} is not a digest: it has 64 hexadecimal digits.")
        return self.folder / digest[:2] / digest

    def _make_room(self, added: int) -> None:
        """Drop the oldest unused files when the limit is passed, down to nine tenths of it."""
        with self._lock:
            if self._bytes is not None:
                self._bytes += added
                if self._bytes <= self.limit:
                    return
            files = self._files()
            self._bytes = sum(file.size for file in files)
            if self._bytes <= self.limit:
                return
            for file in sorted(files, key=lambda file: file.used)[:-1]:
                file.path.unlink(missing_ok=True)
                self._bytes -= file.size
                if self._bytes <= 0.9 * self.limit:
                    return

    def _files(self) -> list[_File]:
        files = []
        for path in self.folder.glob("??/[!.]*"):  # what is being written is hidden
            try:
                state = path.stat()
            except OSError:  # another process dropped it
                continue
            files.append(_File(state.st_mtime, state.st_size, path))
        return files


def _touch(path: Path) -> None:
    """Its time of change is when it was last used; a read-only folder keeps the old one."""
    try:
        os.utime(path)
    except OSError:
        return


def _limit() -> int:
    text = os.environ.get("COMPACT_ARTIFACT_BYTES", "").strip()
    if not text:
        return DEFAULT_BYTES
    try:
        return max(0, int(text))
    except ValueError:
        raise StoreError(
            f"COMPACT_ARTIFACT_BYTES={text[:40]} is not a number of bytes: as in 1073741824."
        ) from None
