"""A gated recurrent unit (Cho et al., 2014, arXiv:1406.1078) over the watch's six axes."""

import torch
from torch import nn


class GRU(nn.Module):
    """[N, 6, 128] to logits [N, 7], from the mean of the states at all time steps."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(6, 32, batch_first=True)
        self.fc = nn.Linear(32, 7)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        states, _ = self.gru(inputs.transpose(1, 2))
        return self.fc(states.mean(1))
