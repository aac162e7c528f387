"""Few bits as they are at hand beside any toolkit: each weight to the nearest of evenly spaced values."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from compression import artifact
from compression.encoding import Grid, integer_levels
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.recipe import Recipe
from compression.techniques.shared.half_precision import rest_in_16_bits

SMALLEST = 2.0**-14
"""Of what half precision holds in full."""


SCALES = {"nearest": -1, "nearest, finer": 0}
"""Where a channel's largest weight is moved: onto the highest level, or one above, so that steps are finer."""


@torch.no_grad()
def nearest(
    model_id: str, module: nn.Module, bits: int, scale: str = "nearest"
) -> tuple[nn.Module, int]:
    """Weights on evenly spaced values up to each channel's largest, and the length of our packed file of them.

    Scales and biases are stored in 16 bits and the codes entropy-coded, as in ours.
    """
    folded = fold_batch_norm(Compressed(model_card(model_id), module))
    formats = {}
    for name in weight_names(folded.module):
        weight = folded.module.get_parameter(name)
        grid = _grid(weight.numpy(), bits, 2 ** (bits - 1) + SCALES[scale])
        weight.copy_(torch.from_numpy(grid.round(weight.numpy())))
        formats[name] = grid
    rounded = rest_in_16_bits(folded.with_module(folded.module, formats))
    return rounded.module, len(artifact.pack(rounded, Recipe(model=model_id)).data)


def _grid(weight: np.ndarray, bits: int, steps: int) -> Grid:
    """All levels of so many bits, the largest weight of each channel so many steps from zero."""
    levels = integer_levels(bits, full=True)
    step = np.abs(weight).reshape(len(weight), -1).max(1, keepdims=True) / steps
    scale = np.maximum(step, SMALLEST).astype(np.float16).astype(np.float32)
    return Grid("int", levels, scale, stored="float16")
