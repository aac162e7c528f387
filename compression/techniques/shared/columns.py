"""What a layer multiplies: its inputs as columns, one per output value of a channel (im2col), sampled.

A layer's output is linear in its weight, so all that rounding or removing weights does to it follows from
second moments of these columns. A few thousand columns tell them; a convolution has a hundred thousand.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

COLUMNS, PER_WEIGHT = 4096, 6
"""How many columns are looked at: at least so many in all, and so many per weight of a row."""


def linear_columns(inputs: Tensor, seed: int, sampled_width: int = 0) -> Tensor:
    """Of inputs [..., d] the sampled columns, as [1, columns, d]: those of ``sampled_width`` inputs, if given."""
    rows = inputs.reshape(-1, inputs.shape[-1])
    return rows[sample(rows.shape[0], sampled_width or rows.shape[1], seed)].unsqueeze(0)


def convolution_columns(
    layer: nn.Conv1d | nn.Conv2d, inputs: Tensor, seed: int, sampled_width: int = 0
) -> Tensor:
    """Of inputs [N, channels, ...] the sampled patches, as [groups, columns, weights of a row].

    Those of rows of ``sampled_width`` weights, if given, so that layers of two widths are seen at the same places.
    Channels are gathered together, which is several times as fast as taking single values from a view.
    """
    padded = _padded(layer, inputs)
    space = padded.shape[2:]
    reach = [d * (k - 1) + 1 for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
    counts = [(n - r) // s + 1 for n, r, s in zip(space, reach, layer.stride, strict=True)]
    width = layer.weight[0].numel()
    shape = torch.Size((len(padded), *counts))
    chosen = sample(shape.numel(), sampled_width or width, seed)
    corner, *steps = _places(chosen, shape)
    offset = torch.zeros(1, dtype=torch.int64)
    for axis, step in enumerate(steps):
        taps = torch.arange(layer.kernel_size[axis]) * layer.dilation[axis]
        corner = corner * space[axis] + step * layer.stride[axis]
        offset = (offset.unsqueeze(1) * space[axis] + taps).flatten()
    pixels = padded.movedim(1, -1).reshape(-1, padded.shape[1])
    index = (corner.unsqueeze(1) + offset).flatten()
    patches = pixels.index_select(0, index).reshape(len(corner), len(offset), -1)
    return patches.transpose(1, 2).reshape(len(corner), layer.groups, width).transpose(0, 1)


def sample(total: int, width: int, seed: int) -> Tensor:
    """Which of ``total`` columns of ``width`` values are looked at: ascending, one in each of equal parts."""
    wanted = max(COLUMNS, PER_WEIGHT * width)
    if total <= wanted:
        return torch.arange(total)
    generator = torch.Generator().manual_seed(seed)
    start = torch.arange(wanted, dtype=torch.float64)
    within = torch.rand(wanted, generator=generator, dtype=torch.float64)
    return ((start + within) * (total / wanted)).long().clamp(max=total - 1)


def _places(flat: Tensor, shape: torch.Size) -> list[Tensor]:
    """Flat positions as one along each axis; torch.unravel_index loads 500 modules when it is first called."""
    places = []
    for count in reversed(shape):
        places.append(flat % count)
        flat = flat // count
    return places[::-1]


def _padded(layer: nn.Conv1d | nn.Conv2d, inputs: Tensor) -> Tensor:
    padding = [_padding(layer, axis) for axis in range(len(layer.kernel_size))]
    if not any(any(pair) for pair in padding):
        return inputs
    mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
    return F.pad(inputs, [amount for pair in reversed(padding) for amount in pair], mode=mode)


def _padding(layer: nn.Conv1d | nn.Conv2d, axis: int) -> tuple[int, int]:
    """How much is added before and after one axis of the inputs."""
    if layer.padding == "valid":
        return 0, 0
    if layer.padding == "same":
        overlap = layer.dilation[axis] * (layer.kernel_size[axis] - 1)
        return overlap // 2, overlap - overlap // 2
    amount = layer.padding[axis]
    assert isinstance(amount, int)
    return amount, amount
