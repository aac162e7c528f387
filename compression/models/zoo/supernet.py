"""A network whose widths, depths, kernels and resolution are given: the members of a weight-sharing supernet.

Plain 3 x 3 convolutions at full resolution with max-pooling between, which on 28 x 28 do better than strides. What is
optional stands beside a skip, or its absence would be another function (Cai et al., 2020, arXiv:1908.09791).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

from compression.models.subnets import LARGEST, Subnet


class Separable(nn.Module):
    """A convolution within each channel, then one across channels, beside a skip."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            channels, channels, kernel, padding=kernel // 2, groups=channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.depthwise(inputs)))
        return torch.relu(inputs + self.bn2(self.pointwise(x)))


class Plain(nn.Module):
    """A 3 x 3 convolution beside a skip."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.relu(inputs + self.bn(self.conv(inputs)))


class Stage(nn.Module):
    """Half the resolution and other channels, then what is optional."""

    def __init__(self, inputs: int, outputs: int, optional: Sequence[nn.Module]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.more = nn.Sequential(*optional)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(inputs, 2, ceil_mode=True)
        return self.more(torch.relu(self.bn(self.conv(x))))


class SupernetMember(nn.Module):
    """[N, 1, 28, 28] to logits [N, 10]; the largest holds the weights of all others."""

    def __init__(self, subnet: Subnet = LARGEST) -> None:
        super().__init__()
        self.shrink = nn.Identity() if subnet.resolution == LARGEST.resolution else nn.AvgPool2d(2)
        self.conv = nn.Conv2d(1, subnet.stem, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(subnet.stem)
        first, second, third = subnet.widths
        # No depthwise layer on the largest maps: it would take as long as all the rest.
        self.stages = nn.Sequential(
            Stage(subnet.stem, first, [Plain(first)][: subnet.depths[0] - 1]),
            Stage(
                first,
                second,
                [Separable(second, subnet.kernels[0]), Plain(second)][: subnet.depths[1] - 1],
            ),
            Stage(second, third, [Separable(third, subnet.kernels[1])][: subnet.depths[2] - 1]),
        )
        self.fc = nn.Linear(third, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn(self.conv(self.shrink(inputs))))
        return self.fc(self.stages(x).mean((2, 3)))
