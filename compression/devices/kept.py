"""What the home folder's ``devices`` keeps beside the user's own devices: JSON objects in files of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compression import files
from compression.errors import StoreError, reason_of
from compression.home import ready_folder


def read(file: Path) -> dict[str, Any]:
    """The object; an empty one where there is none, or none that can be read."""
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def write(file: Path, known: Mapping[str, Any], what: str) -> None:
    """StoreError where ``what`` can't be kept."""
    try:
        ready_folder()
        files.make_folder(file.parent)
        files.write(file, json.dumps(known, indent=1).encode())
    except OSError as error:
        raise StoreError(f"{what} can't be kept in {file}: {reason_of(error)}.") from None
