"""What the tests of distillation share: a small model and its data, and a state folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from compression.models.compressed import Compressed
from compression.subjects import look_up
from compression.techniques.distillation import answers
from compression.training.data import TrainingData

MODEL = "digits/cnn"


@pytest.fixture(scope="session")
def start() -> Compressed:
    return look_up(MODEL).original


@pytest.fixture(scope="session")
def data() -> TrainingData:
    return look_up(MODEL).training_data()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    answers._ANSWERS.forget()
