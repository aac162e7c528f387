"""Training around zeros: masks that hold pruned weights at zero while the others learn."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.func import functional_call

from compression.errors import UsageError
from compression.models.compressed import Compressed, weight_names


class Masked(nn.Module):
    """A module that computes with its weights times their masks: what is masked has no gradient either."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.names = weight_names(module)
        self.module = copy.deepcopy(module)
        for parameter in self.module.parameters():
            parameter.requires_grad_(True)
        for index, name in enumerate(self.names):
            kept = self.module.get_parameter(name).detach() != 0
            self.register_buffer(f"mask{index}", kept.float())

    @property
    def masks(self) -> Mapping[str, Tensor]:
        """By a weight's name, 1 where it is trained and 0 where it stays zero."""
        masks = {name: self.get_buffer(f"mask{i}") for i, name in enumerate(self.names)}
        return MappingProxyType(masks)

    def forward(self, inputs: Tensor) -> Tensor:
        masked = {name: self.module.get_parameter(name) * m for name, m in self.masks.items()}
        logits: Tensor = functional_call(self.module, masked, (inputs,))
        return logits


@torch.no_grad()
def finished(start: Compressed, masked: nn.Module) -> Compressed:
    """What was trained, as a plain module of contiguous tensors; masked weights are exactly zero."""
    assert isinstance(masked, Masked)
    module = copy.deepcopy(start.module)
    values = dict(masked.module.named_parameters())
    for name, parameter in module.named_parameters():
        mask = masked.masks.get(name)
        parameter.copy_(values[name] if mask is None else values[name] * mask)
    return start.with_module(module.eval())


@torch.no_grad()
def take_over(masked: nn.Module, pruned: Compressed) -> None:
    """Go on from these weights, with masks for their zeros."""
    assert isinstance(masked, Masked)
    for name, values in pruned.module.named_parameters():
        masked.module.get_parameter(name).copy_(values)
    for name, mask in masked.masks.items():
        mask.copy_(pruned.module.get_parameter(name) != 0)


def require_floats(compressed: Compressed, technique: str, repair: str) -> None:
    """UsageError where weights are on grids that training would leave."""
    if compressed.formats:
        raise UsageError(
            f"repair={repair} moves weights off the values they were quantized to: "
            f"put {technique} before quantize, or choose repair=refit."
        )
