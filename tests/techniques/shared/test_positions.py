"""How many images a model is looked at with: more where a dense layer sees only one column of each."""

from __future__ import annotations

import pytest

from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.shared.positions import looking_at, positions


@pytest.mark.parametrize(
    ("model", "images", "expected"),
    [
        ("fashion-mnist/resnet8", 512, 512),
        ("fashion-mnist/ds-cnn", 512, 512),
        ("watch/gru", 512, 512),
        ("fashion-mnist/lenet5", 512, 2560),  # 400 inputs: 2,400 columns are six a weight
        ("fashion-mnist/lenet5", 64, 320),
        ("fashion-mnist/mlp", 512, 4096),  # 784 inputs would have 5,120; there are no more
    ],
)
def test_a_wide_layer_that_sees_an_image_once_is_shown_more_of_them(
    model: str, images: int, expected: int
) -> None:
    subject = look_up(model)
    context = StepContext(subject.calibration_for(0, 4096), seed=0)
    assert len(looking_at(context, subject.original.module, images).calibration) == expected


def test_a_layer_is_used_once_at_each_place() -> None:
    subject = look_up("fashion-mnist/lenet5")
    seen = positions(subject.original.module, subject.calibration_for(0, 1))
    assert seen == {"conv1": 784, "conv2": 100, "fc1": 1, "fc2": 1, "fc3": 1}
