"""The folder where this machine's points, artifacts and logs are kept; never inside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """``COMPACT_HOME`` if set, else the platform's folder for user data. Not created here."""
    moved = os.environ.get("COMPACT_HOME", "").strip()
    if moved:
        return Path(moved).expanduser().absolute()
    return Path(platformdirs.user_data_dir("compact-ai-lab", appauthor=False))


def database_url() -> str:
    """``COMPACT_DATABASE`` if set, else an SQLite file in the home folder."""
    return os.environ.get("COMPACT_DATABASE", "").strip() or f"sqlite:///{home() / 'lab.db'}"
