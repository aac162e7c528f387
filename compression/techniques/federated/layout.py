"""A model as one row of numbers: what travels, and what a server adds up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


class Layout:
    """Where each tensor of a module stands in the row: first what is learned, then batch norms' statistics."""

    def __init__(self, module: nn.Module) -> None:
        learned = {name: p.shape for name, p in module.named_parameters()}
        counted = {n: b.shape for n, b in module.named_buffers() if b.is_floating_point()}
        self.shapes: Mapping[str, torch.Size] = learned | counted
        self.learned = sum(math.prod(shape) for shape in learned.values())
        """How many of the numbers are parameters."""
        self.size = sum(math.prod(shape) for shape in self.shapes.values())
        self.parameter_names = tuple(learned)

    def row(self, module: nn.Module) -> Tensor:
        """The module's numbers [size]."""
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        return torch.cat([state[name].detach().flatten() for name in self.shapes])

    def tensors(self, rows: Tensor, names: Sequence[str] | None = None) -> dict[str, Tensor]:
        """Views into rows [..., size], each [..., *shape], by name; only the first ``names`` if such are given."""
        views, at = {}, 0
        for name in self.shapes if names is None else names:
            shape = self.shapes[name]
            count = math.prod(shape)
            views[name] = rows[..., at : at + count].view(*rows.shape[:-1], *shape)
            at += count
        return views

    @torch.no_grad()
    def load(self, module: nn.Module, row: Tensor) -> None:
        """Give the module these numbers."""
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        for name, values in self.tensors(row).items():
            state[name].copy_(values)
