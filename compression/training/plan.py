"""How a technique trains: its hyper-parameters, chosen on validation. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Plan:
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
    keep: Literal["best", "last"] = "best"
    """Which weights: the best on validation, those at the start included, or the last ones."""
