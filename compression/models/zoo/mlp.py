"""A multi-layer perceptron: dense layers with ReLU, optionally batch-normalised."""

from collections.abc import Sequence

import torch
from torch import nn


class MLP(nn.Module):
    """`widths` runs from the flattened input to the classes; layers are named fc1, bn1, fc2, ..."""

    def __init__(self, widths: Sequence[int], *, normalised: bool) -> None:
        super().__init__()
        self.depth = len(widths) - 1
        for number, (inputs, outputs) in enumerate(zip(widths, widths[1:], strict=False), start=1):
            self.add_module(f"fc{number}", nn.Linear(inputs, outputs))
            if normalised and number < self.depth:
                self.add_module(f"bn{number}", nn.BatchNorm1d(outputs))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = inputs.flatten(1)
        for number in range(1, self.depth):
            x = self.get_submodule(f"fc{number}")(x)
            if f"bn{number}" in self._modules:
                x = self.get_submodule(f"bn{number}")(x)
            x = torch.relu(x)
        return self.get_submodule(f"fc{self.depth}")(x)
