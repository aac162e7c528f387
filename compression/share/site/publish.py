"""The site put into a folder as a whole, or not at all; nothing that isn't its own is ever taken away."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from compression.errors import LabError, UsageError
from compression.files import write_folder
from compression.share.site.files import KIND, MARKER


@dataclass(frozen=True)
class Published:
    """What was written."""

    folder: Path
    files: int
    bytes: int


def publish(folder: Path, files: Mapping[str, bytes]) -> Published:
    """Write the files; a folder that has others than an earlier site's is refused with UsageError.

    They are written beside the folder and put into its place in one step, so that readers see the one or the other.
    """
    folder = folder.resolve()
    _require_ours(folder)
    try:
        write_folder(folder, files)
    except OSError as error:
        raise LabError(
            f"{folder} could not be written ({_why(error, files)}), and what was there is there still: "
            "free some space, or name another place."
        ) from error
    return Published(folder, len(files), sum(map(len, files.values())))


def _require_ours(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder that there is not yet.")
    if Path.cwd().is_relative_to(folder):
        raise UsageError(f"{folder} is where you are, and can't be replaced: name a folder in it.")
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    strange = sorted(held - _names(folder))
    if strange:
        raise UsageError(
            f"{folder} holds what no site of ours does ({strange[0][:60]}), and would be replaced as a whole: name a "
            "new folder, an empty one, or one that was published before."
        )


def _names(folder: Path) -> set[str]:
    """The files of the site that was published there; none if there is none."""
    try:
        told = json.loads((folder / MARKER).read_text("utf-8"))
        names = told["files"] if told["kind"] == KIND else []
        return {str(PurePosixPath(name)) for name in names}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _why(error: OSError, files: Mapping[str, bytes]) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full, {sum(map(len, files.values())) / 1e6:.1f} MB are needed"
    return error.strerror or type(error).__name__
