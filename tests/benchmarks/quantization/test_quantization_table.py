"""Quantization method by method, ours beside others', on the same folded weights, calibration and test images.

    QUANTIZATION_TABLE=table.json python -m tests.benchmarks -k quantization_table

The others come from requirements-peers.txt and are skipped where they aren't installed. They need not all be in one
environment: rows already in the file stay. Weights only, a scale per channel and all layers, except where a row says
otherwise. CPU-seconds are of one core, everything imported.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator

import pytest
import torch

from tests.benchmarks.quantization import ours
from tests.benchmarks.quantization.setting import Setting
from tests.benchmarks.quantization.table import Row, record

MODEL = "fashion-mnist/resnet8"
OTHER_MODELS = (
    "fashion-mnist/lenet5",
    "fashion-mnist/ds-cnn",
    "fashion-mnist/vit-tiny",
    "watch/gru",
)
PEERS = {
    "onnxruntime": ("onnxruntime",),
    "openvino": ("nncf", "openvino"),
    "brevitas": ("brevitas",),
    "aimet": ("aimet_onnx",),
}


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Thread pools see one core, so that CPU-seconds hold no time spent waiting for other threads."""
    torch.set_num_threads(1)
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


def test_ours(capsys) -> None:
    setting = Setting(MODEL)
    publish([ours.original(setting)], capsys)
    publish(ours.rows(setting), capsys)


@pytest.mark.parametrize("model_id", OTHER_MODELS)
def test_our_default_on_other_models(model_id: str, capsys) -> None:
    setting = Setting(model_id)
    publish([ours.original(setting)], capsys)
    publish(ours.default_rows(setting), capsys)


@pytest.mark.parametrize("peer", PEERS)
def test_peer(peer: str, capsys) -> None:
    for module in PEERS[peer]:
        pytest.importorskip(module, reason=f"{module} isn't installed: see requirements-peers.txt")
    rows = importlib.import_module(f"tests.benchmarks.quantization.peer_{peer}").rows
    publish(rows(Setting(MODEL)), capsys)


def publish(rows: Iterable[Row], capsys) -> None:
    """Record rows as they come, without what the tools print; at 4 bits and more none may be broken."""
    for row in rows:
        with capsys.disabled():
            record(row)
        assert row.bits < 4 or row.accuracy > 0.5
