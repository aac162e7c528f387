"""Gradients of several copies of one network, each with weights and a batch of its own.

Side by side they are one computation in which each layer multiplies all copies at once; convolutions over images are
quicker one after another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad_and_value, vmap
from torch.nn import functional as F

from compression.techniques.federated.copies import MOMENTUM, Copies, Gradients, Tensors
from compression.techniques.federated.dense import dense, is_dense
from compression.techniques.federated.stacked import with_stacked_layers

LARGE_IMAGE = 256
"""Pixels from which on grouped convolutions take longer than separate ones: an update of LeNet-5 on 10 clients at
batch 32 takes 53 ms side by side and 33 ms one after another; the digits' network 10 ms and 14 ms."""
Found = Callable[[Copies, Tensors, Tensor, Tensor], tuple[Tensors, Tensor]]
"""Gradients by name and losses [K], for copies, buffers of their own that are moved on, inputs and labels."""


def fastest(network: nn.Module, input_shape: tuple[int, ...]) -> Gradients:
    """What is faster for this network."""
    convolves = any(isinstance(child, nn.Conv2d) for child in network.modules())
    is_large = len(input_shape) == 3 and input_shape[1] * input_shape[2] >= LARGE_IMAGE
    return one_after_another(network) if convolves and is_large else side_by_side(network)


def side_by_side(network: nn.Module) -> Gradients:
    """All copies in one batched run."""
    if is_dense(network):
        return dense(network)
    is_recurrent = any(isinstance(child, nn.RNNBase) for child in network.modules())
    find = _of_each_copy(network) if is_recurrent else _of_all_copies(network)

    def gradients(copies: Copies, inputs: Tensor, labels: Tensor) -> Tensor:
        own = _contiguous(network, copies.counted, len(labels))
        found, losses = find(copies, own, inputs, labels)
        for name, values in copies.counted.items():
            values.copy_(own[name])
        for name, velocity in copies.velocity.items():
            torch.add(found[name], velocity, alpha=MOMENTUM, out=velocity)
        return losses

    return gradients


def one_after_another(network: nn.Module) -> Gradients:
    """A loop over the copies."""

    def gradients(copies: Copies, inputs: Tensor, labels: Tensor) -> Tensor:
        losses = []
        for place in range(len(labels)):
            leaves = {n: v[place].detach().requires_grad_() for n, v in copies.learned.items()}
            own = {n: v[place] for n, v in copies.counted.items()}
            with torch.enable_grad():
                logits = _logits(network, leaves, own, inputs[place])
                if copies.offsets is not None:
                    logits = logits + copies.offsets[place]
                loss = F.cross_entropy(logits, labels[place])
                found = torch.autograd.grad(loss, list(leaves.values()))
            for velocity, gradient in zip(copies.velocity.values(), found, strict=True):
                velocity[place].mul_(MOMENTUM).add_(gradient)
            losses.append(loss.detach())
        return torch.stack(losses)

    return gradients


def _of_all_copies(network: nn.Module) -> Found:
    """Each layer is computed of all copies, and autograd goes back once."""
    stackable = with_stacked_layers(network)

    def logits(learned: Tensors, counted: Tensors, inputs: Tensor) -> Tensor:
        return _logits(stackable, learned, counted, inputs)

    batched = vmap(logits, randomness="different")

    def find(
        copies: Copies, own: Tensors, inputs: Tensor, labels: Tensor
    ) -> tuple[Tensors, Tensor]:
        leaves = {name: values.detach().requires_grad_() for name, values in copies.learned.items()}
        with torch.enable_grad():
            said = batched(leaves, own, inputs)
            if copies.offsets is not None:
                said = said + copies.offsets.unsqueeze(1)
            losses = F.cross_entropy(said.flatten(0, 1), labels.flatten(), reduction="none")
            losses = losses.view(labels.shape).mean(1)
            found = torch.autograd.grad(losses.sum(), list(leaves.values()))
        return dict(zip(leaves, found, strict=True)), losses.detach()

    return find


def _of_each_copy(network: nn.Module) -> Found:
    """The same where a layer can't be stacked while autograd looks on, as those of ``nn.GRU``."""

    def loss(
        learned: Tensors, counted: Tensors, inputs: Tensor, labels: Tensor, offset: Tensor
    ) -> Tensor:
        return F.cross_entropy(_logits(network, learned, counted, inputs) + offset, labels)

    batched = vmap(grad_and_value(loss), randomness="different")

    def find(
        copies: Copies, own: Tensors, inputs: Tensor, labels: Tensor
    ) -> tuple[Tensors, Tensor]:
        added = torch.zeros(len(labels), 1) if copies.offsets is None else copies.offsets
        told = batched(dict(copies.learned), own, inputs, labels, added)
        return cast(tuple[Tensors, Tensor], told)

    return find


def _logits(network: nn.Module, learned: Tensors, counted: Tensors, inputs: Tensor) -> Tensor:
    logits: Tensor = functional_call(network, {**learned, **counted}, (inputs,))
    return logits


def _contiguous(network: nn.Module, counted: Tensors, copies: int) -> dict[str, Tensor]:
    """All buffers of the copies as tensors of their own: a batch norm of several copies writes into nothing else.

    Batch norms also count their batches, in whole numbers that nobody needs.
    """
    others = {
        name: values.expand(copies, *values.shape).clone()
        for name, values in network.named_buffers()
        if name not in counted
    }
    return {
        **{
            name: values.clone(memory_format=torch.contiguous_format)
            for name, values in counted.items()
        },
        **others,
    }
