"""How each model is trained: what made the committed weights, chosen on validation. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from compression.training.plan import TrainingPlan

Augmentation = Literal["none", "flip", "crop_flip", "crop_flip_erase", "wear"]


@dataclass(frozen=True)
class ModelPlan(TrainingPlan):
    """A training plan with what else made a model's weights.

    Of ``optimizer``: Nesterov SGD with weight decay leaves many weights near zero, AdamW leaves all alike. On ResNet-8
    the first loses less when it is pruned or quantized, at the same accuracy.

    Of ``keep``: the last epoch's weights where the validation split is a single person, who says less than the length
    that was best for each person left out in turn.
    """

    weight_decay: float = 0.02
    warm_up: float = 0.15
    random: Literal["each epoch", "continuous"] = "continuous"
    augmentation: Augmentation = "none"
    draw: int = 0
    """Added to the seed that is asked for, where several runs were made: the best on validation."""
    channels_last: bool = False
    bfloat16: bool = False
    """Mixed precision where the processor has it: 1.5 x faster for ResNet-8, not for others."""
    elastic: ModelPlan | None = None
    """Of a supernet: how it goes on once the largest is trained, with members that share its weights."""


STANDARD = ModelPlan(20, 2e-3)
"""For a model that has no plan of its own."""

SUPERNET = ModelPlan(
    12,
    0.1,
    optimizer="sgd",
    weight_decay=5e-4,
    random="each epoch",
    augmentation="crop_flip_erase",
    average=0.999,
    keep="last",
    channels_last=True,
    bfloat16=True,
)

PLANS: dict[str, ModelPlan] = {
    "fashion-mnist/mlp": ModelPlan(20, 2e-3, augmentation="flip", average=0.999),
    "fashion-mnist/lenet5": ModelPlan(24, 2e-3, augmentation="flip", average=0.999),
    "fashion-mnist/ds-cnn": ModelPlan(
        20, 5e-3, augmentation="crop_flip", average=0.999, channels_last=True
    ),
    "fashion-mnist/resnet8": ModelPlan(
        24,
        0.1,
        optimizer="sgd",
        weight_decay=5e-4,
        augmentation="crop_flip",
        average=0.999,
        channels_last=True,
        bfloat16=True,
    ),
    "fashion-mnist/vit-tiny": ModelPlan(
        16, 2e-3, weight_decay=0.05, augmentation="flip", average=0.999
    ),
    "fashion-mnist/supernet": replace(
        SUPERNET, elastic=replace(SUPERNET, epochs=5, learning_rate=0.05)
    ),
    "digits/mlp": ModelPlan(40, 5e-3, batch_size=32, average=0.98),
    "digits/cnn": ModelPlan(40, 5e-3, batch_size=32, average=0.98),
    "watch/cnn1d": ModelPlan(
        20,
        3e-3,
        batch_size=64,
        label_smoothing=0.1,
        augmentation="wear",
        average=0.99,
        keep="last",
        draw=2,
    ),
    "watch/gru": ModelPlan(
        20, 5e-3, batch_size=64, augmentation="wear", average=0.99, keep="last", draw=3
    ),
}
