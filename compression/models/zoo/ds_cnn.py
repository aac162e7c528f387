"""DS-CNN: depthwise separable convolutions (Zhang et al., 2017, arXiv:1711.07128), for 28 x 28."""

import torch
from torch import nn


class SeparableBlock(nn.Module):
    """A 3 x 3 convolution within each channel, then a 1 x 1 convolution across channels."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.depthwise(inputs)))
        return torch.relu(self.bn2(self.pointwise(x)))


class DSCNN(nn.Module):
    """[N, 1, 28, 28] to logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, 2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.block1 = SeparableBlock(16, 32, stride=1)
        self.block2 = SeparableBlock(32, 32, stride=1)
        self.block3 = SeparableBlock(32, 64, stride=2)
        self.block4 = SeparableBlock(64, 64, stride=1)
        self.fc = nn.Linear(64, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(inputs)))
        x = self.block4(self.block3(self.block2(self.block1(x))))
        return self.fc(x.mean((2, 3)))
