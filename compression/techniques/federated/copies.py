"""Several copies of one network that learn at once, each with weights, velocity and a batch of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

MOMENTUM = 0.9
"""Of a client's updates within a round; each round begins without."""
Tensors = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class Copies:
    """Parameters, buffers and the parameters' velocities [K, *shape] by name; all are changed in place."""

    learned: Tensors
    counted: Tensors
    velocity: Tensors
    offsets: Tensor | None = None
    """Added to the copies' logits [K, classes]."""


class Gradients(Protocol):
    """Of inputs [K, B, ...] and labels [K, B], a batch a copy: velocities become MOMENTUM times themselves and the
    gradients, buffers are moved on as training does; the losses [K]."""

    def __call__(self, copies: Copies, inputs: Tensor, labels: Tensor) -> Tensor: ...
