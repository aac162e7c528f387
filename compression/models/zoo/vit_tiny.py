"""A tiny vision transformer (Dosovitskiy et al., 2020, arXiv:2010.11929), mean-pooled."""

import torch
from torch import nn
from torch.nn import functional as F

PATCH, TOKENS, WIDTH, HEADS, BLOCKS = 7, 16, 64, 4, 3
HEAD = WIDTH // HEADS


class Attention(nn.Module):
    """Self-attention in plain matrix products, so that every layer can be found and compressed."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        # As many heads as the layer has left: some may have been removed.
        heads = self.qkv.out_features // (3 * HEAD)
        split = self.qkv(inputs).reshape(-1, TOKENS, 3, heads, HEAD)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        weights = (query @ key.transpose(-2, -1) * HEAD**-0.5).softmax(-1)
        return self.proj((weights @ value).transpose(1, 2).reshape(-1, TOKENS, heads * HEAD))


class Block(nn.Module):
    """Attention, then two dense layers; each is normalised before and added to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.fc1 = nn.Linear(WIDTH, 2 * WIDTH)
        self.fc2 = nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = inputs + self.attention(self.norm1(inputs))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViTTiny(nn.Module):
    """[N, 1, 28, 28] to logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, WIDTH, PATCH, stride=PATCH)
        self.position = nn.Parameter(torch.randn(1, TOKENS, WIDTH) * 0.02)
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.norm = nn.LayerNorm(WIDTH)
        self.fc = nn.Linear(WIDTH, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = self.patches(inputs).flatten(2).transpose(1, 2) + self.position
        return self.fc(self.norm(self.blocks(x)).mean(1))
