"""LeNet-5 (LeCun et al., 1998, doi:10.1109/5.726791), with ReLU and max pooling."""

import torch
from torch import nn
from torch.nn import functional as F


class LeNet5(nn.Module):
    """[N, 1, 28, 28] to logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(torch.relu(self.conv1(inputs)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc3(torch.relu(self.fc2(x)))
