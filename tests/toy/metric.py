"""The toy metric: how many different numbers a model's weights are."""

from __future__ import annotations

import torch

from compression.models.compressed import Compressed, weight_names
from compression.point import Measurement


def measure_distinct_values(compressed: Compressed) -> Measurement:
    return Measurement(value=count(compressed), unit="1", how="measured")


def count(compressed: Compressed) -> int:
    module = compressed.module
    weights = [module.get_parameter(name).flatten() for name in weight_names(module)]
    return len(torch.unique(torch.cat(weights)))
