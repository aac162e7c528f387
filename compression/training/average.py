"""The running average of a module's weights in training, which often does better than the weights themselves.

Polyak & Juditsky, 1992, doi:10.1137/0330046.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

BEGINNING = 10
"""After n updates the decay is at most n / (n + BEGINNING), so that the first weights are soon forgotten."""


def averaged(module: nn.Module, decay: float) -> AveragedModel:
    """The exponential moving average of a module that is to be trained, batch norms' statistics included."""

    def moved(average: Tensor, current: Tensor, updates: Tensor | int) -> Tensor:
        if not average.is_floating_point():
            return current  # a batch norm's count
        count = int(updates)
        return average.lerp(current, 1 - min(decay, count / (count + BEGINNING)))

    return AveragedModel(module, avg_fn=moved, use_buffers=True)
