"""Puts a supernet's channels in the order of their weight, so that narrower members get those that count. Worker side.

Cai et al., 2020, arXiv:1908.09791, section 3.3: before the widths become elastic.
"""

from __future__ import annotations

import copy

import torch
from torch import nn

GROUPS = (
    (("conv.", "bn."), "stages.0.conv.weight"),
    (("stages.0.",), "stages.1.conv.weight"),
    (("stages.1.",), "stages.2.conv.weight"),
    (("stages.2.",), "fc.weight"),
)
"""What puts channels out that must stay alike, since skips add them up; and the weight that reads them next."""


@torch.no_grad()
def sorted_channels(supernet: nn.Module) -> nn.Module:
    """A copy that computes the same, the channels that the next layer weighs most first: in the stem and each stage."""
    whole = copy.deepcopy(supernet)
    state = whole.state_dict()
    orders = [
        state[reader].transpose(0, 1).flatten(1).abs().sum(1).argsort(descending=True)
        for _, reader in GROUPS
    ]
    for (starts, reader), order in zip(GROUPS, orders, strict=True):
        for name, values in state.items():
            if name.startswith(starts) and values.ndim:  # not a batch norm's count
                values.copy_(values[order])
                if ".more." in name and values.ndim == 4 and values.shape[1] > 1:  # not depthwise
                    values.copy_(values[:, order])
        state[reader].copy_(state[reader][:, order])
    return whole
