"""A trained LeNet-300-100 of others, published for Fashion-MNIST: the same start as in their paper.

Kim et al., 2022, "Leave Before You Leave: Training-Free Restoration of Pruned Neural Networks Without Fine-Tuning"
(ICML), whose repository ICML2022-LBYL/LBYL2022 on GitHub holds it.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor, nn

import datasets
from compression.models.catalogue import ModelCard
from compression.models.zoo.mlp import MLP
from compression.subjects import Subject
from datasets import fashion_mnist

PATH = "COMPACT_PEER_WEIGHTS"
"""The environment's name for the file, or for a folder that holds it, such as a clone of the repository."""
FILE = "LeNet_300_100.original.pth.tar"
WIDTHS = (784, 300, 100, 10)
CARD = ModelCard(
    id="fashion-mnist/lenet-300-100",
    title="LeNet-300-100",
    data=fashion_mnist.CARD,
    architecture="compression.models.zoo.mlp:MLP",
    options=MappingProxyType({"widths": WIDTHS, "normalised": False}),
    parameters=266_610,
    macs=266_200,
    summary="Three dense layers, trained and published by Kim et al.",
)
OURS, THEIRS = (0.2860, 0.3530), (0.5, 0.5)
"""Mean and spread that pixels from 0 to 1 are normalised by."""


def weights_file() -> Path | None:
    """The published file, if it is where the environment says."""
    given = Path(os.environ.get(PATH, ""))
    if given.is_file():
        return given
    return next(iter(sorted(given.rglob(FILE))), None) if PATH in os.environ else None


def published(file: Path) -> Subject:
    """The trained model on our own data set."""
    state = torch.load(file, map_location="cpu", weights_only=True)["state_dict"]
    return Subject(
        card=CARD,
        load_module=lambda: of_our_pixels(state),
        load_data=partial(datasets.load, CARD.dataset),
    )


def of_our_pixels(state: dict[str, Tensor]) -> nn.Module:
    """The network with their weights; how they normalise pixels is folded into its first layer."""
    module = MLP(WIDTHS, normalised=False)
    module.load_state_dict({name.replace("ip", "fc"): value for name, value in state.items()})
    shift, spread = (OURS[0] - THEIRS[0]) / THEIRS[1], OURS[1] / THEIRS[1]
    first = module.get_submodule("fc1")
    with torch.no_grad():
        first.bias += shift * first.weight.sum(1)
        first.weight *= spread
    return module.requires_grad_(False).eval()
