"""What the tests of the training loop share: handwritten digits, an untrained model, and no waiting."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import datasets
from compression.models import build
from compression.training.data import TrainingData


@pytest.fixture(scope="module")
def data() -> TrainingData:
    """Handwritten digits, with noise for augmentation: it must come back the same, too."""
    digits = datasets.load("digits")
    return TrainingData(
        *(torch.from_numpy(x) for x in (digits.train.inputs, digits.train.labels)),
        *(torch.from_numpy(x) for x in (digits.validation.inputs, digits.validation.labels)),
        augment=lambda batch, random: batch + 0.1 * torch.randn(batch.shape, generator=random),
    )


@pytest.fixture
def fresh() -> nn.Module:
    torch.manual_seed(0)
    return build("digits/mlp")


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
