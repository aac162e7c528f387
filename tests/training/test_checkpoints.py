"""Checkpoints: there as a whole or not at all, and never more than their folder may take."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch

from compression.training.checkpoints import Checkpoint, Saved


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\xff" * 100])
def test_a_damaged_checkpoint_is_none(tmp_path: Path, content: bytes) -> None:
    checkpoint = Checkpoint("one", tmp_path)
    checkpoint.path.write_bytes(content)
    assert checkpoint.read() is None


def test_a_folder_that_cant_be_written_costs_only_the_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    checkpoint = Checkpoint("one", tmp_path / "file")
    checkpoint.write(Saved({"w": torch.ones(3)}))
    assert checkpoint.read() is None


def test_the_oldest_checkpoints_make_room(tmp_path: Path) -> None:
    for index in range(5):
        Checkpoint(f"n{index}", tmp_path, limit=10_000).write(Saved({"w": torch.zeros(1000)}))
        time.sleep(0.01)
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["n3", "n4"]
