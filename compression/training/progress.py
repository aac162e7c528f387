"""How far a training is: what a worker reports and a page draws. Torch-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compression.errors import LabError

CURVE_LENGTH = 512
"""Most points of a live curve that are kept."""


class TrainingCancelled(LabError):
    """Nobody waits for this training any more; what it reached is not kept as a result."""


@dataclass(frozen=True)
class Progress:
    """One moment of a training."""

    step: int
    """Updates done, of ``steps``."""
    steps: int
    epoch: float
    """Passes over the training images done, of ``epochs``."""
    epochs: float
    loss: float
    """Of the latest batches, averaged over about ten; NaN before the first."""
    validation: float | None = None
    """Accuracy on the validation images when last measured: at the start and after each epoch."""
    seconds_left: float | None = None
    technique: str = ""
    """Which step of the recipe trains."""
    note: str = ""
    """Why it stopped early, in a sentence; empty otherwise."""

    @property
    def fraction(self) -> float:
        return self.step / self.steps if self.steps else 1.0


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images that is done."""

    number: int
    of: int
    loss: float
    """Averaged over the epoch."""
    validation: float
    seconds_left: float


OnProgress = Callable[[Progress], bool | None]
"""Called several times a second; it stops the training by returning False, or by raising."""

OnEpoch = Callable[[Epoch], object]


def ignore(progress: Progress | Epoch) -> None:
    """Nobody listens."""


def extended(curve: tuple[Progress, ...], latest: Progress) -> tuple[Progress, ...]:
    """A curve with one more point; every second one is dropped whenever there are too many."""
    curve = (*curve, latest)
    return curve if len(curve) <= CURVE_LENGTH else curve[::2]
