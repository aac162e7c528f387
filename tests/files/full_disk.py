"""Stands in for a disk that takes nothing more."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest


class _Full(io.BufferedWriter):
    def write(self, content: Any) -> NoReturn:
        super().write(content[:100])
        refuse()


def refuse(*_: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fill(monkeypatch: pytest.MonkeyPatch, at: str = "fsync") -> None:
    """The disk is found full at the first ``write``, when all is to be written out, or at the very end."""
    if at == "write":
        opened = lambda descriptor, mode: _Full(io.FileIO(descriptor, mode))  # noqa: E731
        monkeypatch.setattr(os, "fdopen", opened)
    elif at == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
