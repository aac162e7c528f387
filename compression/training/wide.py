"""Several modules of one architecture as a single one: their layers side by side, each in a group of its own.

Small layers spend most of their time on being called. Side by side, K of them are called once: convolutions in
groups, norms over K times the channels, dense layers as one batched product. Whatever lies between them works
on each channel alone, so that the module's own code needs no change. Each tensor of the wide module is those of
the K modules, end to end on its first axis.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn


class WideLinear(nn.Module):
    """K dense layers: [N, K x inputs] to [N, K x outputs]."""

    def __init__(self, layer: nn.Linear, count: int) -> None:
        super().__init__()
        self.count = count
        self.weight = nn.Parameter(torch.empty(count * layer.out_features, layer.in_features))
        self.bias: nn.Parameter | None = None
        if layer.bias is not None:
            self.bias = nn.Parameter(torch.empty(count * layer.out_features))

    def forward(self, inputs: Tensor) -> Tensor:
        each = inputs.view(len(inputs), self.count, -1).transpose(0, 1)
        weight = self.weight.view(self.count, -1, self.weight.shape[1])
        outputs = each @ weight.mT
        if self.bias is not None:
            outputs = outputs + self.bias.view(self.count, 1, -1)
        return outputs.transpose(0, 1).flatten(1)


def can_be_wide(module: nn.Module) -> bool:
    """Whether all its layers with values of their own are convolutions, batch norms and dense ones."""
    own = dict(module.named_parameters(recurse=False)) | dict(module.named_buffers(recurse=False))
    if isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d)):
        return True
    return not own and all(can_be_wide(child) for child in module.children())


def widened(modules: Sequence[nn.Module]) -> nn.Module:
    """The modules side by side: inputs [N, K x channels, ...], the modules' own one after the other, to logits
    [N, K x classes]."""
    wide = _widened(copy.deepcopy(modules[0]), len(modules))
    wide.load_state_dict(joined([module.state_dict() for module in modules]))
    return wide


def joined(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """One state of the states of all modules, or of what is kept with them; a count that all share stays one."""
    first = states[0]
    return {
        name: torch.cat([state[name] for state in states]) if first[name].ndim else first[name]
        for name in first
    }


def part(state: Mapping[str, Tensor], number: int, count: int) -> dict[str, Tensor]:
    """One module's state of the joined one."""
    return {
        name: (value.chunk(count)[number] if value.ndim else value).clone()
        for name, value in state.items()
    }


def side_by_side(inputs: Tensor) -> Tensor:
    """Inputs [K, N, channels, ...] as a wide module takes them, [N, K x channels, ...]."""
    wide = inputs.transpose(0, 1).flatten(1, 2)
    return wide.contiguous(memory_format=torch.channels_last) if wide.ndim == 4 else wide


def apart(logits: Tensor, count: int) -> Tensor:
    """What comes out of a wide module, [N, K x classes], for each module: [K, N, classes]."""
    return logits.unflatten(1, (count, -1)).transpose(0, 1)


def _widened(module: nn.Module, count: int) -> nn.Module:
    if isinstance(module, nn.Linear):
        return WideLinear(module, count)
    if isinstance(module, (nn.Conv1d, nn.Conv2d)):
        return _convolution(module, count)
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        return type(module)(count * module.num_features, eps=module.eps, momentum=module.momentum)
    for name, child in list(module.named_children()):
        setattr(module, name, _widened(child, count))
    return module


def _convolution(layer: nn.Conv1d | nn.Conv2d, count: int) -> nn.Module:
    options: dict[str, Any] = {
        name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation")
    }
    return type(layer)(
        count * layer.in_channels,
        count * layer.out_channels,
        groups=count * layer.groups,
        bias=layer.bias is not None,
        **options,
    )
