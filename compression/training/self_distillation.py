"""Learning one's own former answers from images without labels (Hinton et al., 2015, arXiv:1503.02531)."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from compression.training import loop
from compression.training.data import Training, TrainingData
from compression.training.plan import Plan
from compression.training.teacher import Taught

IMAGES = 4000
SHOWN = 500
"""Validation images of the live curve: it is looked at, and decides nothing."""
LEARNING_RATE, BATCH = 1e-2, 64
"""Chosen on ResNet-8's validation images, channels and weights pruned alike."""


def self_distil(
    student: nn.Module, teacher: nn.Module, training: Training, *, epochs: float, seed: int
) -> nn.Module:
    """The student after as many images as in so many passes over the training split, drawn again and again from
    ``IMAGES`` of them; its last weights, since to choose among them would take labels."""
    known = training.load()
    data = unlabelled(known, seed)
    passes = epochs * len(known.inputs) / len(data.inputs)
    trained = loop.train(
        student,
        data,
        loss=Taught(teacher, share=1.0),
        plan=Plan(epochs=passes, learning_rate=LEARNING_RATE, batch_size=BATCH, keep="last"),
        seed=seed,
        report=training.report,
        checkpoint=training.checkpoint,
    )
    return trained.module


def unlabelled(data: TrainingData, seed: int) -> TrainingData:
    """``IMAGES`` of the training inputs, as the seed draws them, and no labels."""
    random = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(data.inputs), generator=random)[:IMAGES].sort().values
    return replace(
        data,
        inputs=data.inputs[chosen],
        labels=torch.full((len(chosen),), -1),
        validation_inputs=data.validation_inputs[:SHOWN],
        validation_labels=data.validation_labels[:SHOWN],
    )
