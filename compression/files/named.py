"""Files that the user has named: what fails is told in a sentence."""

from __future__ import annotations

from pathlib import Path

from compression.errors import LabError
from compression.files.whole import write


def write_named(file: Path, content: bytes) -> None:
    """Write a whole file; LabError where it can't be, and then what was there is there still."""
    try:
        write(file, content)
    except OSError as error:
        raise LabError(
            f"{file} could not be written ({error.strerror}), and what was there is there still: "
            "free some space, or name another place."
        ) from error
