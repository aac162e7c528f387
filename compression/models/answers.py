"""What a model answers: the class that its outputs say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Numbers = TypeVar("Numbers", "Tensor", "np.ndarray[Any, Any]")


def answers_of(logits: Numbers) -> Numbers:
    """The classes [...] of logits [..., classes]; with one output alone it is 1 where that is above 0, else 0."""
    if logits.shape[-1] == 1:
        return 1 * (logits[..., 0] > 0)
    return logits.argmax(-1)
