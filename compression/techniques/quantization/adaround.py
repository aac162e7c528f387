"""AdaRound: learn for each weight whether it is rounded down or up, so that the layer's outputs change least.

Nagel et al., 2020, arXiv:2004.10568. The outputs' error depends on the inputs only by their Gram matrix,
so no images are needed here, and all weights of a layer descend together.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from compression.encoding.formats import Grid
from compression.techniques.quantization.fitting import Cells, cut

STEPS = 600
RATE = 0.1
WEIGHT = 0.3
"""Of the regulariser that drives each weight to one side, against the error in rounding steps."""
WARM_UP = 0.2
"""The share of steps without the regulariser."""
SHARP, SOFT = 20.0, 2.0
"""Its exponent at first and at last: only then does it act on the undecided ones."""
STRETCH = 1.2
"""The sigmoid runs from -0.1 to 1.1 and is clipped, so that 0 and 1 are within reach."""


@torch.no_grad()
def round(weight: Tensor, grid: Grid, gram: Tensor, *, steps: int = STEPS) -> Tensor:
    """The weight [rows, ...] on the grid, each value at one of its two neighbours there; zeros stay zeros.

    ``gram`` [g, inputs, inputs] is E[x x^T] of g equal shares of the rows. Where a row ends worse than
    rounded to nearest, it is rounded to nearest.
    """
    matrix = weight.detach().reshape(weight.shape[0], -1).float()
    inputs = matrix.shape[1]
    gram = gram.detach().float().reshape(-1, inputs, inputs)
    cells = cut(
        matrix, 0, gram / gram.diagonal(dim1=1, dim2=2).mean().clamp_min(1e-30), shared=False
    )
    below, above = (side * (matrix != 0) for side in _neighbours(matrix, grid))
    nearest = torch.from_numpy(grid.round(matrix.numpy()))
    is_up = _descend(cells, below, above, steps)
    learned = torch.where(is_up, above, below)
    is_better = _error(cells, learned) < _error(cells, nearest)
    return torch.where(is_better, learned, nearest).reshape(weight.shape)


def _neighbours(matrix: Tensor, grid: Grid) -> tuple[Tensor, Tensor]:
    """The grid's values beside each weight; beyond the grid's ends, the last two."""
    shape = (matrix.shape[0], matrix.shape[1])
    scale = torch.from_numpy(grid.spread(grid.scale, shape).copy())
    zero = 0.0 if grid.zero is None else torch.from_numpy(grid.spread(grid.zero, shape).copy())
    levels = torch.from_numpy(grid.levels)
    last = torch.searchsorted(levels, matrix / scale + zero, right=True).clamp(1, len(levels) - 1)
    return (levels[last - 1] - zero) * scale, (levels[last] - zero) * scale


def _error(cells: Cells, rounded: Tensor) -> Tensor:
    """``(w - q)^T G (w - q)`` of each row, [rows, 1]."""
    residual = cells.values - rounded.unsqueeze(1)
    return (cells.weighted(residual) * residual).sum(2)


def _descend(cells: Cells, below: Tensor, above: Tensor, steps: int) -> Tensor:
    """Whether each weight goes up: Adam on a relaxed choice between its neighbours.

    Written out, because torch.optim.Adam is slower in these many small steps: 4.6 CPU seconds instead of 3.0 for
    ResNet-8 at 2 bits, 4.2 instead of 2.7 at 3, and fused 3.5 instead of 2.5 and 2.8 (medians of five, taken in
    turns). It rounds as well, but not alike: its epsilon counts otherwise, and up to 3 % of a layer's weights end on
    the other side.
    """
    matrix = cells.values.squeeze(1)
    gap = above - below
    unit = gap[gap != 0].square().mean().nan_to_num().clamp_min(1e-30)
    share = ((matrix - below) / gap).nan_to_num(0.5).clamp(0.01, 0.99)
    logit = torch.logit((share + (STRETCH - 1) / 2) / STRETCH)
    mean, square = torch.zeros_like(logit), torch.zeros_like(logit)
    for step in range(1, steps + 1):
        sigmoid = torch.sigmoid(logit)
        stretched = STRETCH * sigmoid - (STRETCH - 1) / 2
        choice = stretched.clamp(0, 1)
        residual = below + gap * choice - matrix
        slope = cells.weighted(residual.unsqueeze(1)).squeeze(1).mul_(gap).mul_(2 / unit)
        progress = (step / steps - WARM_UP) / (1 - WARM_UP)
        if progress > 0:
            power = SOFT + (SHARP - SOFT) * (1 + math.cos(math.pi * progress)) / 2
            side = 2 * choice - 1
            slope -= 2 * WEIGHT * power * side.abs().pow_(power - 1).copysign_(side)
        slope *= STRETCH * sigmoid * (1 - sigmoid) * (stretched == choice)
        # 0.98 instead of Adam's usual 0.999: the slopes' size changes within these few steps.
        mean.lerp_(slope, 0.1)
        square.lerp_(slope.square_(), 0.02)
        rate = RATE * math.sqrt(1 - 0.98**step) / (1 - 0.9**step)
        logit.addcdiv_(mean, square.sqrt().add_(1e-8), value=-rate)
    return logit > 0
