"""Channels that go together, against what the architectures say and what removing them does."""

import pytest
import torch
from torch import nn

from compression import models
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.channels.groups import find_groups
from compression.techniques.channels.remove import kept, remove
from compression.techniques.shared.layerwise import layers
from datasets import DATASETS

SIZES = {
    "fashion-mnist/resnet8": [16, 16, 32, 32, 64, 64],
    "fashion-mnist/ds-cnn": [16, 32, 32, 64, 64],
    "fashion-mnist/lenet5": [6, 16, 120, 84],
    "fashion-mnist/vit-tiny": [4, 128] * 3,
    "fashion-mnist/supernet": [16, 32, 56, 56],
    "fashion-mnist/mlp": [256, 128],
    "digits/mlp": [32],
    "digits/cnn": [16, 32],
    "watch/cnn1d": [16, 32, 64],
    "watch/gru": [32],
}


def inputs(model: str, count: int) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(0))


def folded(model: str) -> Compressed:
    return fold_batch_norm(Compressed(model_card(model), models.load(model)))


@pytest.mark.parametrize("model", MODELS)
def test_the_groups_are_those_of_the_architecture(model: str) -> None:
    found = find_groups(folded(model).module, inputs(model, 1))
    assert [group.size for group in found] == SIZES[model]


def test_a_residual_stage_is_coupled_and_a_block_inside_is_not() -> None:
    resnet = "fashion-mnist/resnet8"
    every = find_groups(folded(resnet).module, inputs(resnet, 1))
    found = {group.name: group for group in every}
    readers = ("block1.conv1", "block2.conv1", "block2.shortcut")
    assert set(found["conv1"].rows) == {"conv1.weight", "block1.conv2.weight"}
    assert set(found["conv1"].columns) == {f"{name}.weight" for name in readers}
    assert set(found["block1.conv1"].rows) == {"block1.conv1.weight"}


def test_an_attention_head_is_its_queries_keys_and_values() -> None:
    (head, *_) = find_groups(
        folded("fashion-mnist/vit-tiny").module, inputs("fashion-mnist/vit-tiny", 1)
    )
    rows = head.rows["blocks.0.attention.qkv.weight"]
    wanted = [
        [part * 64 + number * 16 + i for part in range(3) for i in range(16)] for number in range(4)
    ]
    assert rows.tolist() == wanted


@pytest.mark.parametrize("model", MODELS)
def test_removing_channels_that_nobody_weighs_changes_nothing(model: str) -> None:
    """Every second channel of every group: where its readers' weights are zero, the answers stay."""
    before = folded(model)
    found = find_groups(before.module, inputs(model, 1))
    owned = {layer.name: layer for layer in layers(before.module)}
    stay = {}
    with torch.no_grad():
        for group in found:
            gone = torch.arange(1, group.size, 2)
            stay[group.name] = torch.arange(0, group.size, 2)
            for name, places in group.columns.items():
                owned[name].weight[:, places[gone].flatten()] = 0.0
    small = remove(before, kept(before, found, stay))
    with torch.inference_mode():
        images = inputs(model, 16)
        assert torch.allclose(small.module(images), before.module(images), atol=2e-5)
    count = sum(p.numel() for p in small.module.parameters())
    assert count < sum(p.numel() for p in before.module.parameters())


def test_a_model_without_free_channels_is_refused() -> None:
    with pytest.raises(UsageError, match="no channels"):
        find_groups(nn.Sequential(nn.Flatten(), nn.Linear(6, 3)), torch.zeros(1, 6))


def test_layers_that_a_group_convolution_ties_stay() -> None:
    module = nn.Sequential(
        nn.Conv2d(1, 8, 1), nn.Conv2d(8, 8, 1, groups=2), nn.Conv2d(8, 6, 1), nn.Conv2d(6, 3, 1)
    )
    (only,) = find_groups(module, torch.zeros(1, 1, 4, 4))
    assert only.name == "2" and only.size == 6


class Spoken(nn.Module):
    """Words looked up, and a layer's outputs added to them: those can't go without the words' own."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.first = nn.Embedding(9, 8), nn.Linear(8, 8)
        self.inner, self.last = nn.Linear(8, 12), nn.Linear(12, 3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        known = self.words(inputs)
        return self.last(self.inner(known + self.first(known)).relu().mean(1))


def test_what_is_added_to_words_that_are_looked_up_stays() -> None:
    (only,) = find_groups(Spoken(), torch.zeros(1, 4, dtype=torch.int64))
    assert only.name == "inner" and only.size == 12
