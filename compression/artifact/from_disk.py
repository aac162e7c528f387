"""A packed file's bytes from a path that a user gave."""

from __future__ import annotations

from pathlib import Path

from compression.errors import ArtifactError, UsageError

MAX_FILE_BYTES = 2**30


def read(file: Path) -> bytes:
    """The bytes of a file; UsageError where there is none, ArtifactError where it is too large to be ours."""
    if not file.is_file():
        raise UsageError(f"There is no file {file}: give the path of a packed file.")
    if file.stat().st_size > MAX_FILE_BYTES:
        raise ArtifactError(
            f"{file} is larger than any packed model: give the path of a packed file."
        )
    return file.read_bytes()
