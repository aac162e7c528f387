"""How each model is trained: what made the committed weights, chosen on validation. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Augmentation = Literal["none", "flip", "crop_flip", "wear"]


@dataclass(frozen=True)
class TrainingPlan:
    """One training run: a linear warm-up and a cosine descent to zero."""

    epochs: int
    learning_rate: float
    """At its peak."""
    batch_size: int = 128
    optimizer: Literal["adamw", "sgd"] = "adamw"
    """Nesterov SGD with weight decay leaves many weights near zero, AdamW leaves all alike: on
    ResNet-8 the first loses less when it is pruned or quantized, at the same accuracy.
    """
    weight_decay: float = 0.02
    label_smoothing: float = 0.0
    augmentation: Augmentation = "none"
    average: float = 0.0
    """Decay of the running average of weights that is kept in the end; 0 keeps the last ones."""
    draw: int = 0
    """Added to the seed that is asked for, where several runs were made: the best on validation."""
    keep: Literal["best", "last"] = "best"
    """Which epoch's weights: the best on the validation split, or the last one where that split is a
    single person, who says less than the length that was best for each person left out in turn.
    """
    channels_last: bool = False
    bfloat16: bool = False
    """Mixed precision where the processor has it: 1.5 x faster for ResNet-8, not for others."""


STANDARD = TrainingPlan(20, 2e-3)
"""For a model that has no plan of its own."""

PLANS: dict[str, TrainingPlan] = {
    "fashion-mnist/mlp": TrainingPlan(20, 2e-3, augmentation="flip", average=0.999),
    "fashion-mnist/lenet5": TrainingPlan(24, 2e-3, augmentation="flip", average=0.999),
    "fashion-mnist/ds-cnn": TrainingPlan(
        20, 5e-3, augmentation="crop_flip", average=0.999, channels_last=True
    ),
    "fashion-mnist/resnet8": TrainingPlan(
        24,
        0.1,
        optimizer="sgd",
        weight_decay=5e-4,
        augmentation="crop_flip",
        average=0.999,
        channels_last=True,
        bfloat16=True,
    ),
    "fashion-mnist/vit-tiny": TrainingPlan(
        16, 2e-3, weight_decay=0.05, augmentation="flip", average=0.999
    ),
    "digits/mlp": TrainingPlan(40, 5e-3, batch_size=32, average=0.98),
    "digits/cnn": TrainingPlan(40, 5e-3, batch_size=32, average=0.98),
    "watch/cnn1d": TrainingPlan(
        20,
        3e-3,
        batch_size=64,
        label_smoothing=0.1,
        augmentation="wear",
        average=0.99,
        keep="last",
        draw=2,
    ),
    "watch/gru": TrainingPlan(
        20, 5e-3, batch_size=64, augmentation="wear", average=0.99, keep="last", draw=3
    ),
}
