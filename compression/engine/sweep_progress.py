"""How far a sweep is, as pages and the command line show it."""

from __future__ import annotations

from collections.abc import Sequence
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


def seconds_left(
    now: SweepProgress, times: Sequence[float], training: Progress | None
) -> float | None:
    """By the pace of the ``times`` at which its last points came, else by how far a first training is."""
    if now.finished:
        return None
    left = now.total - now.done - now.failed
    if len(times) >= 2:
        pace = (times[-1] - times[0]) / (len(times) - 1)
        return pace * left
    if training is None or training.seconds_left is None or training.fraction == 1:
        return None
    return training.seconds_left * (left - training.fraction) / (1 - training.fraction)
