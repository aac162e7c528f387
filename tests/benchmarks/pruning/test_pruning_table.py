"""Pruning beside other toolkits, on the same trained model, calibration and test images.

    PEERS_TABLE=table.json python -m tests.benchmarks -k pruning_table
    python -m tests.benchmarks.pruning.picture table.json assets/pictures/front.svg

torch-pruning comes from requirements-peers.txt and is skipped where it isn't installed; rows already in the file stay.
CPU-seconds are of one core, everything imported. It takes some 20 minutes of a quiet core.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.benchmarks.conftest import Publish
from tests.benchmarks.pruning import ours, peer_torch
from tests.benchmarks.setting import SEEDS, Setting

MODEL = "fashion-mnist/resnet8"
pytestmark = pytest.mark.parametrize("seed", SEEDS)


def test_ours(seed: int, publish: Publish) -> None:
    publish(ours.rows(Setting(MODEL, seed)))


def test_ours_with_learning(seed: int, publish: Publish) -> None:
    publish(ours.learned_rows(Setting(MODEL, seed)))


def test_torch(seed: int, publish: Publish) -> None:
    publish(peer_torch.rows(Setting(MODEL, seed)))


def test_torch_pruning(seed: int, publish: Publish) -> None:
    publish(torch_pruning().rows(Setting(MODEL, seed)))


def test_torch_pruning_with_learning(seed: int, publish: Publish) -> None:
    publish(torch_pruning().learned_rows(Setting(MODEL, seed)))


def torch_pruning() -> ModuleType:
    pytest.importorskip("torch_pruning", reason="not installed: see requirements-peers.txt")
    from tests.benchmarks.pruning import peer_torch_pruning

    return peer_torch_pruning
