"""The weights that a member of a supernet has of it: the first channels, the middle of a kernel. Worker side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from compression.models.subnets import LARGEST, Subnet
from compression.models.zoo.supernet import SupernetMember


def part(values: Tensor, shape: Sequence[int]) -> Tensor:
    """The values of a smaller tensor within a larger one: a view."""
    channels = tuple(slice(size) for size in shape[:2])
    kernel = tuple(
        slice((whole - size) // 2, (whole - size) // 2 + size)
        for whole, size in zip(values.shape[2:], shape[2:], strict=True)
    )
    return values[channels + kernel]


def parts(tensors: Mapping[str, Tensor], of: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Views of a supernet's ``tensors`` for all names and shapes that are in ``of``."""
    return {name: part(tensors[name], each.shape) for name, each in of.items()}


@torch.no_grad()
def cut_out(supernet: nn.Module, subnet: Subnet) -> SupernetMember:
    """A member with weights of its own, in evaluation mode; its batch norms have the statistics of the largest."""
    member = SupernetMember(subnet)
    state = member.state_dict()
    member.load_state_dict(parts(supernet.state_dict(), state))
    return member.eval()


@torch.no_grad()
def estimate_norms(member: nn.Module, inputs: Tensor) -> None:
    """Give the batch norms, in place, the statistics that these inputs [N, ...] have in this very network.

    Those of the supernet are of other sums: without it a member answers hardly better than by chance (Yu and Huang,
    2019, arXiv:1903.05134, section 3.4).
    """
    norms = [
        each for each in member.modules() if isinstance(each, (nn.BatchNorm1d, nn.BatchNorm2d))
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    member.train()
    member(inputs)
    member.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def run_as(supernet: nn.Module, subnet: Subnet, inputs: Tensor) -> Tensor:
    """The logits of a member with the supernet's own weights, in training mode, so that gradients reach those.

    The statistics of batch norms that it leaves behind are those of the largest alone.
    """
    with torch.device("meta"):
        member = SupernetMember(subnet).train()
    for layer in member.modules():
        if isinstance(layer, nn.Conv2d) and layer.groups > 1:
            _compute_in_float(layer)
    weights = parts(dict(supernet.named_parameters()), dict(member.named_parameters()))
    statistics = parts(dict(supernet.named_buffers()), dict(member.named_buffers()))
    if subnet != LARGEST:
        statistics = {name: values.clone() for name, values in statistics.items()}
    logits: Tensor = torch.func.functional_call(member, {**weights, **statistics}, (inputs,))
    return logits


def _compute_in_float(layer: nn.Conv2d) -> None:
    """Depthwise convolutions take three times as long in bfloat16."""
    forward = layer.forward

    def computed(inputs: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return forward(inputs.float())

    setattr(layer, "forward", computed)  # noqa: B010
