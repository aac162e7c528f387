"""A model as a user might bring one: whole numbers in, its own data, known to nobody but the one look-up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from compression.models.catalogue import ModelCard
from compression.subjects import Subject
from compression.training.processor import one_thread
from datasets import Dataset, DatasetCard, Split
from datasets.dataset import assemble

WORDS, LENGTH = 12, 10

DATA = DatasetCard(
    id="own/sentences",
    title="Sentences",
    summary="Which kind of word a sentence holds most of.",
    classes=("red", "green", "blue"),
    input_shape=(LENGTH,),
    test_count=300,
    split_rule="Drawn.",
    licence="none",
    source="made up",
    input_dtype="int64",
    sha256="0" * 64,
)


class Words(nn.Module):
    """Each word looked up, their mean, two dense layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 8)
        self.fc1 = nn.Linear(8, width)
        self.fc2 = nn.Linear(width, len(DATA.classes))

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.fc2(F.relu(self.fc1(self.embedding(words).mean(1))))


def sentences() -> Dataset:
    random = np.random.default_rng(0)
    words = random.integers(0, WORDS, (1500, LENGTH))
    kinds = np.stack([(words % 3 == kind).sum(1) for kind in range(3)], axis=1)
    split = Split(words, kinds.argmax(1))
    return assemble(
        DATA,
        train=split.take(slice(0, 1000)),
        validation=split.take(slice(1000, 1200)),
        test=split.take(slice(1200, None)),
    )


def trained() -> Words:
    torch.manual_seed(0)
    module, split = Words(width=24), sentences().train
    optimizer = torch.optim.Adam(module.parameters(), lr=0.02)
    words, kinds = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with one_thread():
        for _ in range(100):
            optimizer.zero_grad()
            F.cross_entropy(module(words), kinds).backward()
            optimizer.step()
    return module.eval()


def own_subject(folder: Path) -> Subject:
    """The model with its data, by value; its weights lie in the folder."""
    module = trained()
    save_file(module.state_dict(), folder / "words.safetensors")
    card = ModelCard(
        id="own/words",
        title="Words",
        data=DATA,
        architecture=f"{__name__}:Words",
        options={"width": 24},
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        macs=8 * 24 + 24 * 3,
        summary="",
        weights=folder / "words.safetensors",
    )
    return Subject(card, load_module=lambda: module, load_data=sentences)
