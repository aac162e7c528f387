"""What an engine is doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class EngineState:
    """A word for programs and a sentence for the user."""

    name: Literal["idle", "starting", "ready", "lost", "failed", "closed"]
    message: str
