"""What is no weight, in half precision: biases, norms and embeddings."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import torch

from compression.encoding.formats import Grid, float_levels
from compression.models.compressed import Compressed

HALF = Grid(
    "float",
    float_levels(5, 10),
    np.ones((1, 1), dtype=np.float32),
    stored="one",
    exponent=5,
    mantissa=10,
)


@torch.no_grad()
def rest_in_16_bits(compressed: Compressed) -> Compressed:
    """All that has no format yet, unless one of its values is too large.

    In place: the module is this step's own by now.
    """
    module = compressed.module
    formats = dict(compressed.formats)
    for name, values in module.named_parameters():
        if name not in formats and values.abs().max() <= HALF.levels[-1]:
            values.copy_(values.half().float())
            formats[name] = HALF
    return compressed.with_module(module, MappingProxyType(formats))
