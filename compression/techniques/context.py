"""What a technique is given besides the model. Worker side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.training.data import Training


def no_other_model(model_id: str) -> Compressed:
    """For steps that are given no way to another model."""
    raise UsageError(
        f"{model_id} can't be had here: run the step as part of a recipe, or give its StepContext trained models."
    )


@dataclass(frozen=True)
class StepContext:
    """What a technique may use besides the model: unlabelled training inputs [N, ...] as the seed draws them, and the
    seed. For a step that is to look at no image they are noise.

    ``training`` is there for steps that train, ``trained_model`` gives any model by its name as it was trained.
    """

    calibration: Tensor
    seed: int
    training: Training | None = None
    trained_model: Callable[[str], Compressed] = no_other_model

    @property
    def labelled(self) -> Training:
        """What a step that trains needs; UsageError where nothing was given to learn from."""
        if self.training is None:
            raise UsageError(
                "A step that trains needs labelled training images, and none were given: run it as part "
                "of a recipe, or give its StepContext a training."
            )
        return self.training
