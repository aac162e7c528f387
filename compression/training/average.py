"""The running average of a module's weights in training, which often does better than the weights themselves.

Polyak & Juditsky, 1992, doi:10.1137/0330046.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

BEGINNING = 10
"""After n updates the decay is at most n / (n + BEGINNING), so that the first weights are soon forgotten."""


def averaged(module: nn.Module, decay: float) -> AveragedModel:
    """The exponential moving average of a module that is to be trained, batch norms' statistics included."""

    def move(averages: Sequence[Tensor], current: Sequence[Tensor], updates: Tensor | int) -> None:
        if averages[0].is_floating_point():
            now = min(decay, int(updates) / (int(updates) + BEGINNING))
            get_ema_multi_avg_fn(now)(averages, current, updates)
            return
        for average, value in zip(averages, current, strict=True):
            average.copy_(value)  # a batch norm's count

    return AveragedModel(module, multi_avg_fn=move, use_buffers=True)
