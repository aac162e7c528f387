"""ResNet-8 of MLPerf Tiny (Banbury et al., 2021, arXiv:2106.07597), with a stem of stride 2."""

import torch
from torch import nn


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut: a 1 x 1 convolution where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.changes_shape = stride != 1 or inputs != outputs
        if self.changes_shape:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(outputs)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(inputs)))
        x = self.bn2(self.conv2(x))
        passed = self.shortcut_bn(self.shortcut(inputs)) if self.changes_shape else inputs
        return torch.relu(x + passed)


class ResNet8(nn.Module):
    """[N, 1, 28, 28] to logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, 2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.block1 = ResidualBlock(16, 16, stride=1)
        self.block2 = ResidualBlock(16, 32, stride=2)
        self.block3 = ResidualBlock(32, 64, stride=2)
        self.fc = nn.Linear(64, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(inputs)))
        x = self.block3(self.block2(self.block1(x)))
        return self.fc(x.mean((2, 3)))
