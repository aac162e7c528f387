"""The table of models: what there is to compress. Free of PyTorch, so a page may read it.

To add a model: a file with its architecture, a card here, a plan in `plans.py`, and its weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from compression.errors import LabError, unknown

WEIGHTS = Path(__file__).parents[2] / "assets" / "weights"


class ModelError(LabError):
    """A model's weights are missing or damaged."""


@dataclass(frozen=True)
class ModelCard:
    """What a user should know before choosing a model; tests check the two counts."""

    id: str
    title: str
    dataset: str
    architecture: str
    """Where its class stands, as "module:Class"."""
    parameters: int
    macs: int
    """Multiply-accumulates of one forward pass of one input, in matrix and convolution products."""
    summary: str
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


_CARDS = (
    ModelCard(
        id="fashion-mnist/mlp",
        title="MLP 784-256-128-10",
        dataset="fashion-mnist",
        architecture="compression.models.zoo.mlp:MLP",
        options=MappingProxyType({"widths": (784, 256, 128, 10), "normalised": True}),
        parameters=235_914,
        macs=234_752,
        summary="Three dense layers: many parameters, each used once, so what is saved is bytes.",
    ),
    ModelCard(
        id="fashion-mnist/lenet5",
        title="LeNet-5",
        dataset="fashion-mnist",
        architecture="compression.models.zoo.lenet5:LeNet5",
        parameters=61_706,
        macs=416_520,
        summary="Two convolutions, three dense layers (1998): small and quick to measure.",
    ),
    ModelCard(
        id="fashion-mnist/ds-cnn",
        title="DS-CNN",
        dataset="fashion-mnist",
        architecture="compression.models.zoo.ds_cnn:DSCNN",
        parameters=10_474,
        macs=757_984,
        summary="Depthwise separable convolutions: compact by design, so compression bites early.",
    ),
    ModelCard(
        id="fashion-mnist/resnet8",
        title="ResNet-8",
        dataset="fashion-mnist",
        architecture="compression.models.zoo.resnet8:ResNet8",
        parameters=77_754,
        macs=2_552_000,
        summary="The residual network of MLPerf Tiny, stem of stride 2: the most accurate here.",
    ),
    ModelCard(
        id="fashion-mnist/vit-tiny",
        title="Tiny ViT",
        dataset="fashion-mnist",
        architecture="compression.models.zoo.vit_tiny:ViTTiny",
        parameters=105_418,
        macs=1_721_984,
        summary="A transformer on sixteen 7 x 7 patches: three blocks of attention and an MLP.",
    ),
    ModelCard(
        id="digits/mlp",
        title="MLP 64-32-10",
        dataset="digits",
        architecture="compression.models.zoo.mlp:MLP",
        options=MappingProxyType({"widths": (64, 32, 10), "normalised": False}),
        parameters=2_410,
        macs=2_368,
        summary="One hidden layer, trained in a second: the model to try a new idea on first.",
    ),
    ModelCard(
        id="digits/cnn",
        title="CNN 16-32",
        dataset="digits",
        architecture="compression.models.zoo.cnn:CNN",
        parameters=6_138,
        macs=84_224,
        summary="Two convolutions and one dense layer for 8 x 8 pixels.",
    ),
    ModelCard(
        id="watch/cnn1d",
        title="1D-CNN 16-32-64",
        dataset="watch",
        architecture="compression.models.zoo.cnn1d:CNN1d",
        parameters=10_055,
        macs=223_680,
        summary="Three strided convolutions over time: what a watch would run.",
    ),
    ModelCard(
        id="watch/gru",
        title="GRU-32",
        dataset="watch",
        architecture="compression.models.zoo.gru:GRU",
        parameters=4_071,
        macs=467_168,
        summary="One recurrent layer: few parameters, each used at all 128 time steps.",
    ),
)

MODELS: dict[str, ModelCard] = {card.id: card for card in _CARDS}


def model_card(model_id: str) -> ModelCard:
    """The card of a model; raises `UsageError` where there is none."""
    if model_id not in MODELS:
        raise unknown("model", model_id, MODELS)
    return MODELS[model_id]


def weights_path(model_id: str, folder: Path = WEIGHTS) -> Path:
    """Where a model's trained weights lie in a folder of weights; the project's own by default."""
    return folder / f"{model_card(model_id).id}.safetensors"


@cache
def weights_hash(model_id: str) -> str:
    """SHA-256 of the model's weights file: part of every recipe's key."""
    path = weights_path(model_id)
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"The weights of {model_id} are missing in {path}; make them with: "
            f"python -m compression train {model_id}"
        ) from error
