"""How a module is trained: the options of the training loop, chosen on validation. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TrainingPlan:
    """One training: a linear warm-up and a cosine descent to zero."""

    epochs: float
    """Passes over the training images; a part of one is allowed."""
    learning_rate: float
    """At its peak."""
    batch_size: int = 128
    optimizer: Literal["adamw", "sgd"] = "adamw"
    weight_decay: float = 0.0
    """Of weight matrices; biases and norms have none."""
    warm_up: float = 0.1
    """Share of all updates in which the learning rate rises."""
    label_smoothing: float = 0.0
    """Of the loop's own loss, cross entropy; a loss that is given to the loop decides for itself."""
    average: float = 0.0
    """Decay of the running average of weights that is validated and kept; 0 takes the weights themselves."""
    keep: Literal["best", "last"] = "best"
    """Which weights: the best on validation, those at the start included, or the last ones."""
    random: Literal["each epoch", "continuous"] = "each epoch"
    """Where the random numbers of order and augmentation begin: anew with each epoch, so that a training can
    be resumed after any, or once and for all.
    """
