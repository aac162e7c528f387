"""A student that computes with few bits per weight from its first update on, which costs it less than rounding later.

Rounding passes gradients on as if it were not there (Bengio et al., 2013, arXiv:1308.3432; for binary weights
Courbariaux et al., 2015, arXiv:1511.00363).
"""

from __future__ import annotations

import copy
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.func import functional_call

from compression.encoding.formats import Grid, NumberFormat, integer_levels
from compression.models.compressed import Compressed, fold_batch_norm, per_channel, weight_names
from compression.models.supernet_weights import estimate_norms
from compression.techniques.shared.half_precision import rest_in_16_bits

ENDS = 4
"""Bits of the first and the last layer, which are small and count much."""
STEP = {1: 0.798, 1.58: 1.224, 4: 0.3537}
"""Between levels, in root mean squares of a channel's weights: what loses least of normally distributed ones (Max,
1960, doi:10.1109/TIT.1960.1057548)."""
SHOWN = 4096
"""Training inputs that show the batch norms the sums of the rounded weights: without, validation reads up to two
points less."""


class LowBits(nn.Module):
    """A module whose weights are rounded per output channel each time it computes; the latent ones learn."""

    def __init__(self, module: nn.Module, bits: float) -> None:
        super().__init__()
        self.module = copy.deepcopy(module)
        names = weight_names(module)
        self.bits = {name: ENDS if name in (names[0], names[-1]) else bits for name in names}

    def forward(self, inputs: Tensor) -> Tensor:
        weights = {
            name: through(self.module.get_parameter(name), bits) for name, bits in self.bits.items()
        }
        logits: Tensor = functional_call(self.module, weights, (inputs,))
        return logits


def through(latent: Tensor, bits: float) -> Tensor:
    """The rounded weight, with the gradient of the latent one."""
    with torch.no_grad():
        codes, step = rounded(latent, bits)
        missing = codes * step - latent
    return latent + missing


@torch.no_grad()
def rounded(latent: Tensor, bits: float) -> tuple[Tensor, Tensor]:
    """The levels, in the weight's shape, and the step that each output channel has between them."""
    rows = latent.flatten(1)
    step = per_channel(rows.square().mean(1).sqrt().clamp_min(1e-8) * STEP[bits], latent)
    if bits == 1:
        return torch.where(latent < 0, -1.0, 1.0), step
    return (latent / step).round().clamp(*integer_levels(bits)[[0, -1]].tolist()), step


@torch.no_grad()
def finished(student: Compressed, trained: LowBits, shown: Tensor) -> Compressed:
    """The student with plain weights, each exactly on its grid, batch norms folded; all else in half precision.

    ``shown`` [N, ...] are inputs that batch norms take their statistics from.
    """
    module = copy.deepcopy(trained.module)
    levels: dict[str, tuple[Tensor, Tensor]] = {}
    for name, bits in trained.bits.items():
        weight = module.get_parameter(name)
        levels[name] = rounded(weight, bits)
        weight.copy_(levels[name][0] * levels[name][1])
    estimate_norms(module, shown)
    folded = fold_batch_norm(student.with_module(module.eval()))
    formats: dict[str, NumberFormat] = {}
    for name, (codes, step) in levels.items():
        gain = folded.fold_scales.get(name, torch.ones(len(step)))
        grid = _grid(step.flatten() * gain, trained.bits[name])
        formats[name] = grid
        values = codes.reshape(len(codes), -1).numpy() * grid.scale
        folded.module.get_parameter(name).copy_(torch.from_numpy(values).reshape(codes.shape))
    return rest_in_16_bits(folded.with_module(folded.module, MappingProxyType(formats)))


def _grid(scale: Tensor, bits: float) -> Grid:
    half = scale.half().float()
    half = torch.where(half == 0, 2.0**-24, half)  # of a channel that says nothing
    return Grid("int", integer_levels(bits), half.reshape(-1, 1).numpy(), stored="float16")
