"""Heads by which a sliced model answers early, each from the activation at a cut (Teerapittayanon et al., 2016,
arXiv:1709.01686). Depthwise-separable and wider than the activation, since on small models a lone linear layer saves
half as much (Ghanathe and Wilton, 2022, arXiv:2207.06613)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from compression.models.compressed import fold_module

NARROWEST, WIDEST = 16, 48
"""Channels of a head: twice those that it is given, within these."""
SMALLEST_MAP = 4
"""A map larger than this is halved by a convolution."""
CONVOLUTIONS = 2
MOST_VALUES = 2**24


@dataclass(frozen=True)
class ExitShape:
    """What a head is given of one example: channels alone, or with one axis or two behind them."""

    shape: tuple[int, ...]
    channels_last: bool = False
    """Of two axes the second are the channels: tokens, or the steps of a series."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.shape) <= 3 or (self.channels_last and len(self.shape) != 2):
            raise ValueError(f"An exit can't be attached to an activation of shape {self.shape}.")

    @property
    def channels(self) -> int:
        return self.shape[-1] if self.channels_last else self.shape[0]

    @property
    def largest(self) -> int:
        """The longest of the other axes; 1 where there is none."""
        return max(self.sides, default=1)

    @property
    def sides(self) -> tuple[int, ...]:
        """The axes besides the channels."""
        return self.shape[:-1] if self.channels_last else self.shape[1:]

    @property
    def width(self) -> int:
        """Channels of its head."""
        return min(max(2 * self.channels, NARROWEST), WIDEST)


class ExitHead(nn.Module):
    """Activations [N, ...] in any form that holds the values of ``of`` in their order; logits [N, classes]."""

    def __init__(self, of: ExitShape, classes: int) -> None:
        super().__init__()
        self.of = of
        width = of.width
        axes = len(of.shape) - 1
        self.body = _convolutions(of, width) if axes else _dense(of.channels, width)
        self.fc = nn.Linear(width, classes)
        self.averaged = tuple(range(2, 2 + axes))

    def forward(self, activations: Tensor) -> Tensor:
        values = activations.reshape(-1, *self.of.shape)
        features = self.body(values.transpose(1, 2) if self.of.channels_last else values)
        logits: Tensor = self.fc(features.mean(self.averaged) if self.averaged else features)
        return logits


def exit_heads(shapes: Sequence[ExitShape], classes: int) -> nn.ModuleList:
    """Untrained heads, one for each cut."""
    return nn.ModuleList(ExitHead(shape, classes) for shape in shapes)


def _dense(channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(channels, width), nn.ReLU())


def _convolutions(of: ExitShape, width: int) -> nn.Sequential:
    two = len(of.shape) == 3
    convolution, norm = (nn.Conv2d, nn.BatchNorm2d) if two else (nn.Conv1d, nn.BatchNorm1d)
    layers: list[nn.Module] = []
    channels, size = of.channels, of.largest
    for _ in range(CONVOLUTIONS):
        stride = 2 if size > SMALLEST_MAP else 1
        layers += [
            convolution(channels, channels, 3, stride, 1, groups=channels, bias=False),
            norm(channels),
            convolution(channels, width, 1, bias=False),
            norm(width),
            nn.ReLU(),
        ]
        channels, size = width, -(-size // stride)
    return nn.Sequential(*layers)


@dataclass(frozen=True)
class HeadNeeds:
    """What a deployed head takes of its device's memory."""

    weight_bytes: int
    activation_bytes: int
    """The most that it holds at once besides what it is given."""


def head_needs(of: ExitShape, classes: int) -> HeadNeeds:
    """Worked out as the head is built; a convolution with its bias, into which its norm is folded."""
    width, axes, channels, sides = of.width, len(of.shape) - 1, of.channels, of.sides
    weights, held = 0, [of.channels * math.prod(sides) if of.channels_last else 0]
    for _ in range(CONVOLUTIONS if axes else 0):
        stride = 2 if max(sides) > SMALLEST_MAP else 1
        sides = tuple(-(-side // stride) for side in sides)
        weights += channels * (3**axes + 1) + width * (channels + 1)
        held += [channels * math.prod(sides), width * math.prod(sides)]
        channels = width
    if not axes:
        weights += width * (channels + 1)
    weights += classes * (width + 1)
    held += [width, classes]
    return HeadNeeds(4 * weights, 4 * max(a + b for a, b in pairwise(held)))


def folded_head(of: ExitShape, classes: int) -> nn.Module:
    """An untrained head as it is stored and deployed: its batch norms folded."""
    return fold_module(ExitHead(of, classes).eval())[0]
