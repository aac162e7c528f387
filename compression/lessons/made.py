"""What lessons show besides points: computed once by ``python -m compression.bundling.lessons``, and shipped."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "assets" / "lessons" / "made.json"


@cache
def made(picture: str) -> dict[str, Any]:
    """One picture's numbers."""
    found: dict[str, Any] = _all()[picture]
    return found


@cache
def _all() -> dict[str, Any]:
    everything: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return everything
