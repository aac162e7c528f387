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
from datasets import DatasetCard, digits, fashion_mnist, watch

WEIGHTS = Path(__file__).parents[2] / "assets" / "weights"


class ModelError(LabError):
    """A model's weights are missing or damaged."""


@dataclass(frozen=True)
class ModelCard:
    """What a user should know before choosing a model, and all that it takes to build it; tests check the two counts.

    Written as text it is its id.
    """

    id: str
    title: str
    data: DatasetCard
    """Of the data set that it is for."""
    architecture: str
    """Where its class stands, as "module:Class"."""
    parameters: int
    macs: int
    """Multiply-accumulates of one forward pass of one input, in matrix and convolution products."""
    summary: str
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    is_supernet: bool = False
    """Whether sub-networks can be cut out of it."""
    weights: Path | None = None
    """The file of its trained weights, where it is not one of the project's own."""

    @property
    def dataset(self) -> str:
        """The id of its data set."""
        return self.data.id

    def __str__(self) -> str:
        return self.id


_CARDS = (
    ModelCard(
        id="fashion-mnist/mlp",
        title="MLP 784-256-128-10",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.mlp:MLP",
        options=MappingProxyType({"widths": (784, 256, 128, 10), "normalised": True}),
        parameters=235_914,
        macs=234_752,
        summary="Three dense layers: many parameters, each used once, so what is saved is bytes.",
    ),
    ModelCard(
        id="fashion-mnist/lenet5",
        title="LeNet-5",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.lenet5:LeNet5",
        parameters=61_706,
        macs=416_520,
        summary="Two convolutions, three dense layers (1998): small and quick to measure.",
    ),
    ModelCard(
        id="fashion-mnist/ds-cnn",
        title="DS-CNN",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.ds_cnn:DSCNN",
        parameters=10_474,
        macs=757_984,
        summary="Depthwise separable convolutions: compact by design, so compression bites early.",
    ),
    ModelCard(
        id="fashion-mnist/resnet8",
        title="ResNet-8",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.resnet8:ResNet8",
        parameters=77_754,
        macs=2_552_000,
        summary="The residual network of MLPerf Tiny, stem of stride 2: the most accurate here.",
    ),
    ModelCard(
        id="fashion-mnist/vit-tiny",
        title="Tiny ViT",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.vit_tiny:ViTTiny",
        parameters=105_418,
        macs=1_721_984,
        summary="A transformer on sixteen 7 x 7 patches: three blocks of attention and an MLP.",
    ),
    ModelCard(
        id="fashion-mnist/supernet",
        title="Supernet",
        data=fashion_mnist.CARD,
        architecture="compression.models.zoo.supernet:SupernetMember",
        parameters=97_130,
        macs=5_742_632,
        is_supernet=True,
        summary="Nine layers whose parts are networks of their own: 2.6 million smaller ones share its weights.",
    ),
    ModelCard(
        id="digits/mlp",
        title="MLP 64-32-10",
        data=digits.CARD,
        architecture="compression.models.zoo.mlp:MLP",
        options=MappingProxyType({"widths": (64, 32, 10), "normalised": False}),
        parameters=2_410,
        macs=2_368,
        summary="One hidden layer, trained in a second: the model to try a new idea on first.",
    ),
    ModelCard(
        id="digits/cnn",
        title="CNN 16-32",
        data=digits.CARD,
        architecture="compression.models.zoo.cnn:CNN",
        parameters=6_138,
        macs=84_224,
        summary="Two convolutions and one dense layer for 8 x 8 pixels.",
    ),
    ModelCard(
        id="watch/cnn1d",
        title="1D-CNN 16-32-64",
        data=watch.CARD,
        architecture="compression.models.zoo.cnn1d:CNN1d",
        parameters=10_055,
        macs=223_680,
        summary="Three strided convolutions over time: what a watch would run.",
    ),
    ModelCard(
        id="watch/gru",
        title="GRU-32",
        data=watch.CARD,
        architecture="compression.models.zoo.gru:GRU",
        parameters=4_071,
        macs=467_168,
        summary="One recurrent layer: few parameters, each used at all 128 time steps.",
    ),
)

MODELS: dict[str, ModelCard] = {card.id: card for card in _CARDS}


def model_card(model_id: str) -> ModelCard:
    """The one look-up of models by name: the card of a model; raises `UsageError` where there is none."""
    if model_id not in MODELS:
        raise unknown("model", model_id, MODELS)
    return MODELS[model_id]


def weights_path(model_id: str, folder: Path = WEIGHTS) -> Path:
    """Where a model's trained weights lie: in a folder of weights, the project's by default, or its own file."""
    card = model_card(model_id)
    return card.weights or folder / f"{card.id}.safetensors"


def hashes(model_id: str) -> dict[str, str]:
    """Of what all figures of a model come from, for recipes' keys: its weights, and its data where they have a hash.

    The project's own data sets have none: they are known by their ids.
    """
    data = model_card(model_id).data.sha256
    return {"weights": weights_hash(model_id), **({"data": data} if data else {})}


@cache
def weights_hash(model_id: str) -> str:
    """SHA-256 of the model's weights file."""
    path = weights_path(model_id)
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"The weights of {model_id} are missing in {path}; make them with: "
            f"python -m compression train {model_id}"
        ) from error
