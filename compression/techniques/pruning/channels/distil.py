"""A second of self-distillation, without labels: the smaller network learns the original's answers for the same images.

Hinton et al., 2015, arXiv:1503.02531, on calibration images alone, starting from weights refitted by least squares.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.compressed import Compressed
from compression.errors import UsageError
from compression.training.processor import one_thread

PASSES, BATCH, LEARNING_RATE = 6, 64, 1e-3
"""Chosen on ResNet-8's validation images: more passes bring little for their time."""
TEMPERATURE = 2.0


def distil(small: Compressed, original: Compressed, images: Tensor, seed: int) -> None:
    """Train ``small`` in place; zeros stay zeros. UsageError where its weights are on grids that it would leave."""
    if small.formats:
        raise UsageError(
            "repair=distil moves weights off the values they were quantized to: "
            "put prune-channels before quantize, or choose repair=refit."
        )
    with torch.no_grad():
        wanted = F.softmax(original.module(images) / TEMPERATURE, dim=1)
    with one_thread(), torch.enable_grad():
        _train(small.module, images, wanted, seed)


def _train(module: nn.Module, images: Tensor, wanted: Tensor, seed: int) -> None:
    parameters = list(module.parameters())
    before = [parameter.requires_grad for parameter in parameters]
    kept = [parameter.detach() != 0 for parameter in parameters]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE)
    random = torch.Generator().manual_seed(seed)
    steps = PASSES * math.ceil(len(images) / BATCH)
    done = 0
    for _ in range(PASSES):
        for chosen in torch.randperm(len(images), generator=random).split(BATCH):
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATE * (1 + math.cos(math.pi * done / steps)) / 2
            told = F.log_softmax(module(images[chosen]) / TEMPERATURE, dim=1)
            loss = F.kl_div(told, wanted[chosen], reduction="batchmean") * TEMPERATURE**2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            done += 1
    with torch.no_grad():
        for parameter, mask, flag in zip(parameters, kept, before, strict=True):
            parameter.mul_(mask)
            parameter.requires_grad_(flag).grad = None
