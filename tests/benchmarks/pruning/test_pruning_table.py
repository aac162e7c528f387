"""Pruning beside other toolkits, on the same trained model, calibration and test images.

    PRUNING_TABLE=table.json python -m tests.benchmarks -k pruning_table
    python -m tests.benchmarks.pruning.picture table.json assets/pictures/front.svg

torch-pruning comes from requirements-peers.txt and is skipped where it isn't installed; rows already in the file stay.
CPU-seconds are of one core, everything imported.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.benchmarks.pruning import ours, peer_torch
from tests.benchmarks.pruning.table import Row, record
from tests.benchmarks.quantization.setting import Setting
from tests.benchmarks.quantization.test_quantization_table import one_core

__all__ = ["one_core"]

MODEL = "fashion-mnist/resnet8"


def test_ours(capsys) -> None:
    publish(ours.rows(Setting(MODEL)), capsys)


def test_ours_with_learning(capsys) -> None:
    publish(ours.learned_rows(Setting(MODEL)), capsys)


def test_torch(capsys) -> None:
    publish(peer_torch.rows(Setting(MODEL)), capsys)


def test_torch_pruning(capsys) -> None:
    pytest.importorskip("torch_pruning", reason="not installed: see requirements-peers.txt")
    from tests.benchmarks.pruning import peer_torch_pruning

    publish(peer_torch_pruning.rows(Setting(MODEL)), capsys)


def publish(rows: Iterable[Row], capsys) -> None:
    """Record rows as they come, without what the tools print; ours are never useless."""
    for row in rows:
        with capsys.disabled():
            record(row)
        assert row.tool != "ours" or row.accuracy > 0.5
