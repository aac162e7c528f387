"""Gradients of several copies of one network, each with weights and a batch of its own.

Side by side they are one computation in which each layer multiplies all copies at once; convolutions over images are
quicker one after another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad_and_value, vmap
from torch.nn import functional as F

from compression.techniques.federated.stacked import with_stacked_layers

Tensors = Mapping[str, Tensor]


class Gradients(Protocol):
    """Of parameters and buffers [K, *shape] by name, inputs [K, B, ...] and labels [K, B]: the gradients, and the
    losses [K]. Buffers are moved on as training does. ``offsets`` [K, classes] are added to the copies' logits."""

    def __call__(
        self,
        learned: Tensors,
        counted: Tensors,
        inputs: Tensor,
        labels: Tensor,
        offsets: Tensor | None = None,
    ) -> tuple[Tensors, Tensor]: ...


LARGE_IMAGE = 256
"""Pixels from which on grouped convolutions take longer than separate ones: an update of LeNet-5 on 10 clients at
batch 32 takes 53 ms side by side and 33 ms one after another; the digits' network 10 ms and 14 ms."""


def fastest(network: nn.Module, input_shape: tuple[int, ...]) -> Gradients:
    """What is faster for this network."""
    convolves = any(isinstance(child, nn.Conv2d) for child in network.modules())
    is_large = len(input_shape) == 3 and input_shape[1] * input_shape[2] >= LARGE_IMAGE
    return one_after_another(network) if convolves and is_large else side_by_side(network)


def side_by_side(network: nn.Module) -> Gradients:
    """All copies in one batched run: each layer is computed of all of them, and autograd goes back once."""
    if any(isinstance(child, nn.RNNBase) for child in network.modules()):
        return _side_by_side_recurrent(network)
    stackable = with_stacked_layers(network)

    def logits(learned: Tensors, counted: Tensors, inputs: Tensor) -> Tensor:
        return _logits(stackable, learned, counted, inputs)

    batched = vmap(logits, randomness="different")

    def gradients(
        learned: Tensors,
        counted: Tensors,
        inputs: Tensor,
        labels: Tensor,
        offsets: Tensor | None = None,
    ) -> tuple[Tensors, Tensor]:
        own = _contiguous(network, counted, len(labels))
        leaves = {name: values.detach().requires_grad_() for name, values in learned.items()}
        with torch.enable_grad():
            said = batched(leaves, own, inputs)
            if offsets is not None:
                said = said + offsets.unsqueeze(1)
            losses = F.cross_entropy(said.flatten(0, 1), labels.flatten(), reduction="none")
            losses = losses.view(labels.shape).mean(1)
            found = torch.autograd.grad(losses.sum(), list(leaves.values()))
        for name, values in counted.items():
            values.copy_(own[name])
        return dict(zip(learned, found, strict=True)), losses.detach()

    return gradients


def _side_by_side_recurrent(network: nn.Module) -> Gradients:
    """The same where a layer can't be stacked while autograd looks on, as those of ``nn.GRU``."""

    def loss(
        learned: Tensors, counted: Tensors, inputs: Tensor, labels: Tensor, offset: Tensor
    ) -> Tensor:
        return F.cross_entropy(_logits(network, learned, counted, inputs) + offset, labels)

    batched = vmap(grad_and_value(loss), randomness="different")

    def gradients(
        learned: Tensors,
        counted: Tensors,
        inputs: Tensor,
        labels: Tensor,
        offsets: Tensor | None = None,
    ) -> tuple[Tensors, Tensor]:
        own = _contiguous(network, counted, len(labels))
        added = torch.zeros(len(labels), 1) if offsets is None else offsets
        found: tuple[Tensors, Tensor] = batched(dict(learned), own, inputs, labels, added)
        for name, values in counted.items():
            values.copy_(own[name])
        return found

    return gradients


def one_after_another(network: nn.Module) -> Gradients:
    """A loop over the copies."""

    def gradients(
        learned: Tensors,
        counted: Tensors,
        inputs: Tensor,
        labels: Tensor,
        offsets: Tensor | None = None,
    ) -> tuple[Tensors, Tensor]:
        found: list[tuple[Tensor, ...]] = []
        losses = []
        for place in range(len(labels)):
            leaves = {n: v[place].detach().requires_grad_() for n, v in learned.items()}
            own = {n: v[place] for n, v in counted.items()}
            with torch.enable_grad():
                logits = _logits(network, leaves, own, inputs[place])
                if offsets is not None:
                    logits = logits + offsets[place]
                loss = F.cross_entropy(logits, labels[place])
                found.append(torch.autograd.grad(loss, list(leaves.values())))
            losses.append(loss.detach())
        stacked = {
            n: torch.stack(each) for n, each in zip(learned, zip(*found, strict=True), strict=True)
        }
        return stacked, torch.stack(losses)

    return gradients


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
