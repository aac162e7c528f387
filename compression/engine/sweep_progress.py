"""How far a sweep is, as pages and the command line show it."""

from __future__ import annotations

from dataclasses import dataclass

from compression.store.sweeps import SweepState
from compression.training.progress import Progress


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is. ``done`` counts what was already known, too."""

    key: str
    state: SweepState
    done: int
    failed: int
    total: int
    seconds_left: float | None = None
    message: str = ""
    training: Progress | None = None
    """How far the training is that has begun; of several trained in one run, all of them."""

    @property
    def finished(self) -> bool:
        """Nothing more will come, for whatever reason."""
        return self.state != "running"

    @property
    def fraction(self) -> float:
        return (self.done + self.failed) / self.total if self.total else 1.0
