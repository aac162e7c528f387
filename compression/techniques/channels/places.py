"""The places at which layers of several widths are compared: how many of them, and outputs by place."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from compression.techniques.shared.columns import COLUMNS, PER_WEIGHT
from compression.techniques.shared.layerwise import layers


def by_channel(values: Tensor, layer: nn.Module) -> Tensor:
    """Outputs of a layer as [places, channels]."""
    if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
        values = values.movedim(1, -1)
    return values.reshape(-1, values.shape[-1])


def sampled_width(modules: Sequence[nn.Module]) -> int:
    """Weights of a row of all of them together: it decides how many columns are looked at."""
    weights = sum(layers(module)[0].weight[0].numel() for module in modules)
    return max(weights, COLUMNS // PER_WEIGHT)
