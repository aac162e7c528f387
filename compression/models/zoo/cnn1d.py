"""A convolutional network over time for the watch's six axes."""

import torch
from torch import nn


class CNN1d(nn.Module):
    """[N, 6, 128] to logits [N, 7]; each convolution halves the number of time steps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(6, 16, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.conv2 = nn.Conv1d(16, 32, 5, 2, padding=2, bias=False)
        self.bn2 = nn.BatchNorm1d(32)
        self.conv3 = nn.Conv1d(32, 64, 3, 2, padding=1, bias=False)
        self.bn3 = nn.BatchNorm1d(64)
        self.fc = nn.Linear(64, 7)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(inputs)))
        x = torch.relu(self.bn2(self.conv2(x)))
        x = torch.relu(self.bn3(self.conv3(x)))
        return self.fc(x.mean(2))
