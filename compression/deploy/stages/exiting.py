"""Answers of stages that also answer by themselves: put together as they come, and given without those that are lost.

Each stage but the last tells the asking process what it thinks of each example it was given, and sends on those that it
is not sure of. Who asks applies the same rule to the same numbers, so it knows which those are without being told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from compression.deploy.early_exits import confidence
from compression.deploy.stages.message import Array, Message, Work

NOBODY: Array = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Answer(Message):
    """The logits of a batch, and where each of its examples left."""

    left: Array = field(default_factory=lambda: NOBODY)
    """The number of the stage, from 0, that answered each example; empty without early exits."""
    missed: Array = field(default_factory=lambda: NOBODY)
    """Of the examples that a stage which is away should have gone on with: their answers are the best there are."""

    @property
    def logits(self) -> Array:
        return next(iter(self.tensors.values()))


class Gathered:
    """What has come for one batch; ``names`` are those of the logits of each stage, the last one's too."""

    def __init__(self, names: Sequence[str], threshold: float) -> None:
        self.names, self.threshold = names, threshold
        self._came: dict[int, Array] = {}
        self._trace: tuple[Work, ...] = ()
        self.error = ""

    def add(self, message: Message) -> None:
        self.error = self.error or message.error
        self._trace = max(self._trace, message.trace, key=len)
        for name, logits in message.tensors.items():
            self._came[self.names.index(name)] = (
                logits.copy()
            )  # it lies in memory that is used again

    @property
    def missing(self) -> int | None:
        """The number of the stage whose answers are still awaited; None where the batch is complete."""
        return self._walked()[2]

    def answer(self, number: int) -> Answer | None:
        """As far as it goes; None where not even the first stage has answered."""
        logits, left, missing, waiting = self._walked()
        if logits is None:
            return None
        missed = NOBODY if missing is None else waiting
        return Answer(number, {self.names[-1]: logits}, trace=self._trace, left=left, missed=missed)

    def _walked(self) -> tuple[Array | None, Array, int | None, Array]:
        """Logits, where each example left, whose answers are missing, and for which examples."""
        if len(self.names) == 1:  # nobody answers early: no time is spent on who is sure
            return self._came.get(0), NOBODY, None if self._came else 0, NOBODY
        logits, left, waiting = None, NOBODY, NOBODY
        for stage in range(len(self.names)):
            came = self._came.get(stage)
            if came is None or (logits is not None and len(came) != len(waiting)):
                return logits, left, stage, waiting
            if logits is None:
                logits, left = came.copy(), np.zeros(len(came), dtype=np.int64)
                waiting = np.arange(len(came))
            logits[waiting], left[waiting] = came, stage
            # NaN is sure of nothing.
            waiting = waiting[~(confidence(came) > self.threshold)]
            if not len(waiting):
                break
        return logits, left, None, waiting
