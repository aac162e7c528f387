"""Quantization method by method, ours beside others', on the same trained weights, calibration and test images.

    PEERS_TABLE=table.json python -m tests.benchmarks -k quantization_table

The others come from requirements-peers.txt and are skipped where they aren't installed. They need not all be in one
environment: rows already in the file stay. A scale per channel and all layers, except where a row says otherwise.
CPU-seconds are of one core, everything imported. It takes some 70 minutes of a quiet core, 40 of them AIMET's AdaRound:
``-k "quantization_table and not adaround"`` leaves that out.
"""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from tests.benchmarks.conftest import Publish
from tests.benchmarks.ours import original
from tests.benchmarks.quantization import ours
from tests.benchmarks.setting import SEEDS, Setting, settings

MODEL = "fashion-mnist/resnet8"
TRANSFORMER = "fashion-mnist/vit-tiny"
OTHER_MODELS = ("fashion-mnist/lenet5", "fashion-mnist/ds-cnn", TRANSFORMER, "watch/gru")
PEERS = {
    "openvino": ("nncf", "openvino"),
    "brevitas": ("brevitas", "accelerate"),
    "aimet": ("aimet_onnx",),
    "onnxruntime": ("onnxruntime",),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_ours(seed: int, publish: Publish) -> None:
    setting = Setting(MODEL, seed)
    ours.warm_up(setting)
    publish([original(setting, "bits")])
    publish(ours.rows(setting))


@pytest.mark.parametrize("model_id", OTHER_MODELS)
def test_our_default_on_other_models(model_id: str, publish: Publish) -> None:
    ours.warm_up(Setting(model_id))
    publish([original(Setting(model_id), "bits")])
    for setting in settings(model_id):
        publish(ours.default_rows(setting))


@pytest.mark.parametrize("model_id", (MODEL, TRANSFORMER))
def test_ours_with_activations(model_id: str, publish: Publish) -> None:
    ours.warm_up(Setting(model_id))
    publish([original(Setting(model_id), "activations")])
    for setting in settings(model_id):
        publish(ours.activation_rows(setting))


@pytest.mark.parametrize("name", ("openvino", "brevitas", "aimet"))
@pytest.mark.parametrize("seed", SEEDS)
def test_peer(name: str, seed: int, publish: Publish) -> None:
    publish(peer(name).rows(Setting(MODEL, seed)))


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("model_id", (MODEL, TRANSFORMER))
def test_peer_with_activations(name: str, model_id: str, publish: Publish) -> None:
    for setting in settings(model_id):
        publish(peer(name).activation_rows(setting))


@pytest.mark.parametrize("name", ("brevitas", "aimet"))
def test_peer_with_adaround(name: str, publish: Publish) -> None:
    """With one seed, for it takes minutes."""
    publish(peer(name).learned_rows(Setting(MODEL)))


def peer(name: str) -> ModuleType:
    for module in PEERS[name]:
        pytest.importorskip(module, reason=f"{module} isn't installed: see requirements-peers.txt")
    return importlib.import_module(f"tests.benchmarks.quantization.peer_{name}")
