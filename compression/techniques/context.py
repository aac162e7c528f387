"""What a technique is given besides the model. Worker side."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from compression.errors import UsageError
from compression.training.data import Training


@dataclass(frozen=True)
class StepContext:
    """What a technique may use besides the model: unlabelled training inputs [N, ...] and a seed.

    ``training`` is there for steps that train.
    """

    calibration: Tensor
    seed: int
    training: Training | None = None

    @property
    def labelled(self) -> Training:
        """What a step that trains needs; UsageError where nothing was given to learn from."""
        if self.training is None:
            raise UsageError(
                "A step that trains needs labelled training images, and none were given: run it as part "
                "of a recipe, or give its StepContext a training."
            )
        return self.training
