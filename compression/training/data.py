"""What a trained step is given: labelled examples, where to report its progress, where to save it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from compression.training.checkpoints import Checkpoint
from compression.training.progress import OnProgress, ignore

Augment = Callable[[Tensor, torch.Generator], Tensor]


def unchanged(batch: Tensor, random: torch.Generator) -> Tensor:
    """No augmentation."""
    return batch


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Inputs [N, ...] and labels [N] to learn from, and others to choose by; never the test split.

    All but the last of the others are how the model itself was trained: its augmentation, and what is fastest for it.
    """

    inputs: Tensor
    labels: Tensor
    validation_inputs: Tensor
    validation_labels: Tensor
    augment: Augment = unchanged
    mirror: Callable[[Tensor], Tensor] | None = None
    """The one other view of inputs that has the same labels, for a loss that needs all views beforehand."""
    channels_last: bool = False
    bfloat16: bool = False
    people: Tensor | None = None
    """Who recorded each of the inputs to learn from [N], where the data set says so."""

    def drawn(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Up to so many inputs and their labels, always the same ones for a seed."""
        chosen = np.sort(np.random.RandomState(seed).permutation(len(self.inputs))[:count])
        return self.inputs[chosen], self.labels[chosen]


@dataclass(frozen=True, eq=False)
class Training:
    """A trained step's means. ``load`` reads the data when it is first needed."""

    load: Callable[[], TrainingData]
    report: OnProgress = ignore
    checkpoint: Checkpoint | None = None
    load_full: Callable[[], TrainingData] | None = None
    """Reads all examples of a data set of which only some come with the project; None where those are all."""

    def load_all(self) -> TrainingData:
        """All examples that there are."""
        return (self.load_full or self.load)()
