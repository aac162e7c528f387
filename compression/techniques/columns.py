"""What a layer multiplies: its inputs as columns, one per output value of a channel (im2col), sampled.

A layer's output is linear in its weight, so all that rounding or removing weights does to it follows from
second moments of these columns. A few thousand columns tell them; a convolution has a hundred thousand.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

COLUMNS, PER_WEIGHT = 4096, 8
"""How many columns are looked at: at least so many in all, and so many per weight of a row."""


def linear_columns(inputs: Tensor, seed: int) -> Tensor:
    """Of inputs [..., d] the sampled columns, as [1, columns, d]."""
    rows = inputs.reshape(-1, inputs.shape[-1])
    return rows[sample(rows.shape[0], rows.shape[1], seed)].unsqueeze(0)


def convolution_columns(layer: nn.Conv1d | nn.Conv2d, inputs: Tensor, seed: int) -> Tensor:
    """Of inputs [N, channels, ...] the sampled patches, as [groups, columns, weights of a row]."""
    windows = _windows(layer, inputs)
    space = len(layer.kernel_size)
    shape = (windows.shape[0], *windows.shape[2 : 2 + space])
    width = layer.weight[0].numel()
    chosen = sample(torch.Size(shape).numel(), width, seed)
    patches = windows.movedim(1, 1 + space)[torch.unravel_index(chosen, shape)]
    return patches.reshape(len(chosen), layer.groups, width).transpose(0, 1)


def sample(total: int, width: int, seed: int) -> Tensor:
    """Which of ``total`` columns of ``width`` values are looked at: ascending, one in each of equal parts."""
    wanted = max(COLUMNS, PER_WEIGHT * width)
    if total <= wanted:
        return torch.arange(total)
    generator = torch.Generator().manual_seed(seed)
    start = torch.arange(wanted, dtype=torch.float64)
    within = torch.rand(wanted, generator=generator, dtype=torch.float64)
    return ((start + within) * (total / wanted)).long().clamp(max=total - 1)


def _windows(layer: nn.Conv1d | nn.Conv2d, inputs: Tensor) -> Tensor:
    """A view [N, channels, *outputs, *kernel] of the padded inputs."""
    reach = [d * (k - 1) + 1 for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
    padding = [_padding(layer, axis, reach[axis] - 1) for axis in range(len(reach))]
    if any(any(pair) for pair in padding):
        mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        inputs = F.pad(inputs, [amount for pair in reversed(padding) for amount in pair], mode=mode)
    for axis, stride in enumerate(layer.stride):
        inputs = inputs.unfold(2 + axis, reach[axis], stride)[..., :: layer.dilation[axis]]
    return inputs


def _padding(layer: nn.Conv1d | nn.Conv2d, axis: int, overlap: int) -> tuple[int, int]:
    """Zeros before and after one axis of the inputs."""
    if layer.padding == "valid":
        return 0, 0
    if layer.padding == "same":
        return overlap // 2, overlap - overlap // 2
    amount = layer.padding[axis]
    assert isinstance(amount, int)
    return amount, amount
