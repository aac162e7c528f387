"""A weight that is trained through its grid: straight-through gradients and learned step sizes.

After LSQ (Esser et al., 2020, arXiv:1902.08153), for any grid. Unlike there, latent weights are counted in
steps: a scale's gradient then is the true one for the codes as they are. LSQ's own, which compares latent
and rounded weights, begins at zero from weights that lie on the grid, and then only follows their drift:
with it, training from a rounded ResNet-8 made it worse.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from compression.encoding.formats import Grid

SIZE = 0.1
"""Root mean square of a latent weight, or the smallest step between levels where that is more: one learning
rate then suits all layers, scales and bit widths."""


class LearnedGrid(nn.Module):
    """A latent weight [rows, inputs], and its grid whose scales are learned unless they are powers of two or 1.

    Calling it gives the latent weight rounded to the grid, in the weight's own shape. Gradients pass the
    rounding as if it were not there, and stop where a value lies beyond the outermost level by more than
    half a step. Weights that are zero in ``fixed`` stay zero.
    """

    levels: Tensor
    borders: Tensor
    scale: Tensor
    zero: Tensor
    unit: Tensor
    kept: Tensor

    def __init__(self, weight: Tensor, grid: Grid, fixed: Tensor | None = None) -> None:
        super().__init__()
        self.shape, self.grid = weight.shape, grid
        spread = grid.spread(grid.scale, tuple(weight.shape))
        shift = np.float32(0) if grid.zero is None else grid.spread(grid.zero, tuple(weight.shape))
        scale = torch.from_numpy(spread.copy())
        scaled = weight.detach().reshape(spread.shape) / scale
        closest = float(np.diff(grid.levels).min())
        unit = scaled.square().mean().sqrt().clamp(min=closest) / SIZE
        self.latent = nn.Parameter(scaled / unit)
        self.log_gain = nn.Parameter(torch.zeros(grid.scale.shape), grid.stored.startswith("float"))
        self.register_buffer("unit", unit)
        self.register_buffer("scale", torch.from_numpy(grid.scale.copy()))
        self.register_buffer("zero", torch.from_numpy(np.array(shift, np.float32)))
        self.register_buffer("levels", torch.from_numpy(grid.levels.copy()))
        self.register_buffer("borders", torch.from_numpy(grid.borders.copy()))
        kept = (weight if fixed is None else fixed).detach() != 0
        self.register_buffer("kept", kept.float().reshape(scaled.shape))
        step = float(np.diff(grid.levels).max()) / 2
        self._low, self._high = float(grid.levels[0]) - step, float(grid.levels[-1]) + step
        is_even = grid.levels.size == float(grid.levels[-1]) - float(grid.levels[0]) + 1
        self._is_even = grid.is_integer and is_even

    def forward(self) -> Tensor:
        gain = self._spread(self.log_gain.exp())
        position = self.latent * self.unit + self.zero
        inside = (position >= self._low) & (position <= self._high)
        passed = torch.where(inside, position, position.detach())
        rounded = self._nearest(position.detach()) - self.zero
        through = rounded + (passed - passed.detach())
        return (through * self._spread(self.scale) * gain * self.kept).reshape(self.shape)

    @torch.no_grad()
    def result(self) -> tuple[Tensor, Grid]:
        """The weight exactly on its grid, whose scales have been rounded to what can be stored."""
        position = self.latent * self.unit + self.zero
        codes = np.searchsorted(self.grid.levels, self._nearest(position).numpy())
        scale = (self.scale * self.log_gain.exp()).numpy()
        if self.grid.stored == "float16":
            scale = scale.astype(np.float16).astype(np.float32)
        grid = replace(self.grid, scale=scale)
        values = grid.values(codes.astype(np.uint16), tuple(self.shape))
        kept = self.kept.expand(codes.shape).reshape(self.shape)
        return torch.from_numpy(values) * kept, grid

    def _nearest(self, position: Tensor) -> Tensor:
        if self._is_even:
            return position.round().clamp(self.levels[0], self.levels[-1])
        return self.levels[torch.bucketize(position, self.borders)]

    def _spread(self, values: Tensor) -> Tensor:
        """Values [rows, groups] for each weight of the matrix, as ``Grid.spread`` does."""
        if not self.grid.group:
            return values
        return values.repeat_interleave(self.grid.group, dim=1)[:, : self.latent.shape[1]]
