"""Quantization-aware training: the rounded model learns, with labels or without, to make up for the rounding.

It starts from what least squares and GPTQ give, so that an epoch is enough; forward passes round weights,
and activations where asked, and gradients pass the rounding (Jacob et al., 2018, arXiv:1712.05877).
"""

from __future__ import annotations

import copy
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.func import functional_call

from compression.encoding.formats import Grid
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.techniques.context import StepContext
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.learned_grid import LearnedGrid
from compression.techniques.quantization.post_training import quantize_untrained
from compression.techniques.shared.half_precision import rest_in_16_bits
from compression.training import loop
from compression.training.losses import TeacherLoss
from compression.training.plan import TrainingPlan
from compression.training.self_distillation import self_distil

LEARNING_RATE = 2e-3
"""This and the next two chosen on ResNet-8's validation images, at 1 and 2 bits in one epoch. Without labels, where it
is that of a model far from its original, it suits as well (DS-CNN at 2 bits: 2.2 points lost on validation, 2.9 with
2.5 times as much)."""
BATCH = 128
DISTILLED = 0.9
"""Share of the loss that compares with the unrounded model's answers; the rest is the labels'."""


class Rounded(nn.Module):
    """A module that computes with the rounded values of its latent weights."""

    def __init__(self, module: nn.Module, weights: dict[str, LearnedGrid]) -> None:
        super().__init__()
        self.names = tuple(weights)
        self.module = copy.deepcopy(module)
        self.weights = nn.ModuleList(weights.values())
        for name, parameter in self.module.named_parameters():
            parameter.requires_grad_(name not in weights)

    def forward(self, inputs: Tensor) -> Tensor:
        rounded = {name: grid() for name, grid in zip(self.names, self.weights, strict=True)}
        logits: Tensor = functional_call(self.module, rounded, (inputs,))
        return logits


def train(folded: Compressed, step: Quantize, context: StepContext) -> Compressed:
    """A model without batch norms quantized as the step asks, then trained for so many epochs.

    UsageError without data.
    """
    start = quantize_untrained(folded, step.model_copy(update={"method": "refit"}), context)
    teacher = folded.module.eval()
    rounded = _rounded(start, teacher)
    if step.method == "distil":
        module = self_distil(
            rounded,
            teacher,
            context.labelled,
            epochs=step.epochs,
            seed=context.seed,
            at_far=LEARNING_RATE,
        )
    else:
        module = _with_labels(rounded, teacher, step, context)
    assert isinstance(module, Rounded)
    made = _finished(start, module)
    return made if step.rest == "32-bit" else rest_in_16_bits(made)


def _with_labels(
    rounded: Rounded, teacher: nn.Module, step: Quantize, context: StepContext
) -> nn.Module:
    training = context.labelled
    trained = loop.train(
        rounded,
        training.load_all() if step.trained_on == "full" else training.load(),
        loss=TeacherLoss(teacher, DISTILLED),
        plan=TrainingPlan(epochs=step.epochs, learning_rate=LEARNING_RATE, batch_size=BATCH),
        seed=context.seed,
        report=training.report,
        checkpoint=training.checkpoint,
    )
    return trained.module


def _rounded(start: Compressed, teacher: nn.Module) -> Rounded:
    grids = {name: grid for name, grid in start.formats.items() if isinstance(grid, Grid)}
    return Rounded(
        rounding(start),
        {
            name: LearnedGrid(start.module.get_parameter(name), grid, teacher.get_parameter(name))
            for name, grid in grids.items()
        },
    )


@torch.no_grad()
def _finished(start: Compressed, rounded: Rounded) -> Compressed:
    """The trained values in a plain module, each weight exactly on its grid."""
    module = copy.deepcopy(start.module)
    formats = dict(start.formats)
    values: dict[str, Tensor] = dict(rounded.module.named_parameters())
    for name, grid in zip(rounded.names, rounded.weights, strict=True):
        assert isinstance(grid, LearnedGrid)
        values[name], formats[name] = grid.result()
    for name, parameter in module.named_parameters():
        parameter.copy_(values[name])
    return start.with_module(module.eval(), MappingProxyType(formats))
