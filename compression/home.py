"""The folder where this machine's points, artifacts and logs are kept; never inside the repository."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs

from compression.files import make_folder, sweep_up, tighten

FOLDERS = ("artifacts", "training", "answers", "datasets", "devices", "layer_times")
FILES = ("lab.db", "engine.log")
"""What is kept there; files may have others beside them whose names go on after theirs."""


def home() -> Path:
    """``COMPACT_HOME`` if set, else the platform's folder for user data. Not created here."""
    moved = os.environ.get("COMPACT_HOME", "").strip()
    if moved:
        return Path(moved).expanduser().absolute()
    return Path(platformdirs.user_data_dir("compact-ai-lab", appauthor=False))


def database_file() -> Path:
    """The SQLite file that is used unless ``COMPACT_DATABASE`` names another database."""
    return home() / "lab.db"


def ready_folder() -> Path:
    """The home folder, made if it is missing, for its owner alone; OSError if it can't be."""
    folder = home()
    make_folder(folder)
    _put_in_order(folder)
    return folder


@cache
def _put_in_order(folder: Path) -> None:
    """Once per process: what an older version left open to others is closed, what a killed one left is gone.

    A folder with others' files in it, such as /tmp, is not ours to close.
    """
    there = list(folder.iterdir())
    if all(place.name in FOLDERS or place.name.startswith(FILES) for place in there):
        for place in (folder, *there):
            tighten(place)
    for name in FOLDERS:
        sweep_up(folder / name)
