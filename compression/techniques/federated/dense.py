"""Copies of a multi-layer perceptron in one batched run whose way back is written out.

Autograd writes a gradient, which is then added to the velocity. Here the multiplication that makes the gradient adds it
to the velocity itself: layers of several copies fit into no cache, so that each pass over them counts.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from compression.models.zoo.mlp import MLP
from compression.techniques.federated.copies import MOMENTUM, Copies, Gradients

Back = Callable[[Tensor], Tensor]
"""From the loss' gradient [K, B, outputs] of what a layer has said to that of what it was given [K, B, inputs], moving
the velocities on the way."""


def is_dense(network: nn.Module) -> bool:
    """Whether it is a perceptron of dense layers with biases, batch norms and ReLU, and of nothing else."""
    return type(network) is MLP and all(
        type(child) in (nn.Identity, nn.BatchNorm1d)
        or (type(child) is nn.Linear and child.bias is not None)
        for child in network.children()
    )


def dense(network: nn.Module) -> Gradients:
    """For a network that ``is_dense``."""
    norms = {
        name: child for name, child in network.named_children() if type(child) is nn.BatchNorm1d
    }
    depth = sum(type(child) is nn.Linear for child in network.children())

    def gradients(copies: Copies, inputs: Tensor, labels: Tensor) -> Tensor:
        x, ways_back = inputs.flatten(2), []
        for number in range(1, depth + 1):
            x, back = _multiply(copies, f"fc{number}", x, is_first=number == 1)
            ways_back.append(back)
            if norm := norms.get(f"bn{number}"):
                x, back = _normalise(copies, f"bn{number}", norm, x)
                ways_back.append(back)
            if number < depth:
                x, back = _rectify(x)
                ways_back.append(back)
        losses, slope = _cross_entropy(x, labels, copies.offsets)
        for back in reversed(ways_back):
            slope = back(slope)
        return losses

    return gradients


def _multiply(copies: Copies, name: str, x: Tensor, *, is_first: bool) -> tuple[Tensor, Back]:
    weight, bias = copies.learned[f"{name}.weight"], copies.learned[f"{name}.bias"]

    def back(slope: Tensor) -> Tensor:
        copies.velocity[f"{name}.weight"].baddbmm_(slope.mT, x, beta=MOMENTUM)
        _add(copies.velocity[f"{name}.bias"], slope.sum(1))
        return slope if is_first else torch.bmm(slope, weight)

    return torch.baddbmm(bias.unsqueeze(1), x, weight.mT), back


def _normalise(copies: Copies, name: str, norm: nn.BatchNorm1d, x: Tensor) -> tuple[Tensor, Back]:
    """By each copy's batch (Ioffe and Szegedy, 2015, arXiv:1502.03167, with its gradients)."""
    weight = copies.learned[f"{name}.weight"].unsqueeze(1)
    bias = copies.learned[f"{name}.bias"].unsqueeze(1)
    count = x.shape[1]
    mean = x.mean(1, keepdim=True)
    centred = x - mean
    variance = centred.square().mean(1, keepdim=True)
    scale = (variance + norm.eps).rsqrt()
    share = norm.momentum or 0.0
    copies.counted[f"{name}.running_mean"].lerp_(mean.squeeze(1), share)
    unbiased = variance.squeeze(1) * (count / (count - 1))
    copies.counted[f"{name}.running_var"].lerp_(unbiased, share)

    def back(slope: Tensor) -> Tensor:
        total = slope.sum(1, keepdim=True)
        along = (slope * centred).sum(1, keepdim=True) * scale
        _add(copies.velocity[f"{name}.weight"], along.squeeze(1))
        _add(copies.velocity[f"{name}.bias"], total.squeeze(1))
        factor = weight * scale
        shift = torch.addcmul(-total / count, centred, -along * scale / count)
        return shift.add_(slope).mul_(factor)

    return torch.addcmul(bias, centred, weight * scale), back


def _rectify(x: Tensor) -> tuple[Tensor, Back]:
    said = x.relu_()
    return said, lambda slope: slope * (said > 0)


def _cross_entropy(said: Tensor, labels: Tensor, offsets: Tensor | None) -> tuple[Tensor, Tensor]:
    """Mean losses [K] of logits [K, B, classes], and their gradient by these."""
    logarithms = (said if offsets is None else said + offsets.unsqueeze(1)).log_softmax(2)
    chosen = labels.unsqueeze(2)
    slope = logarithms.exp()
    slope.scatter_add_(2, chosen, torch.full_like(slope[..., :1], -1.0))
    return -logarithms.gather(2, chosen).mean((1, 2)), slope / labels.shape[1]


def _add(velocity: Tensor, gradient: Tensor) -> None:
    velocity.mul_(MOMENTUM).add_(gradient)
