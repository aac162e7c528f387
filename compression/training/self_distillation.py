"""Learning one's own former answers from images without labels (Hinton et al., 2015, arXiv:1503.02531)."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from compression.training import loop
from compression.training.data import Training, TrainingData, unchanged
from compression.training.losses import divergence
from compression.training.plan import TrainingPlan
from compression.training.processor import one_thread

IMAGES = 4000
SHOWN = 500
"""Validation images of the live curve: it is looked at, and decides nothing."""
BATCH = 64
LEARNING_RATE, FAR = 5e-3, 0.3
"""The learning rate where the student's answers diverge by ``FAR`` from the teacher's before the training.

It goes with the root of that: large steps ruin what was nearly right, small ones don't get far. Chosen on validation
images of several models, channels and weights pruned alike.
"""
LEAST, MOST = 0.1, 2.0
"""Of this learning rate, whatever the divergence."""
ASKED = 250
"""Images that the teacher is asked about at once."""


def self_distil(
    student: nn.Module,
    teacher: nn.Module,
    training: Training,
    *,
    epochs: float,
    seed: int,
    at_far: float = LEARNING_RATE,
) -> nn.Module:
    """The student after as many images as in so many passes over the training split, drawn again and again from
    ``IMAGES`` of them; its last weights, since to choose among them would take labels. ``at_far`` is the learning rate
    of a student that is ``FAR`` from its teacher."""
    known = training.load()
    data = distillation_data(known, teacher, seed)
    learning_rate = rate_for(student, data, at_far)
    passes = epochs * len(known.inputs) / len(data.inputs)
    trained = loop.train(
        student,
        data,
        loss=lambda module, inputs, answers: divergence(module(inputs), answers),
        plan=TrainingPlan(
            epochs=passes, learning_rate=learning_rate, batch_size=BATCH, keep="last"
        ),
        seed=seed,
        report=training.report,
        checkpoint=training.checkpoint,
    )
    return trained.module


def rate_for(student: nn.Module, data: TrainingData, at_far: float = LEARNING_RATE) -> float:
    """The learning rate that suits how far the student is from its teacher: no label is needed to know."""
    few = slice(0, 2 * ASKED)
    answers = _answers(student.eval(), data.inputs[few])
    far = float(divergence(answers, data.labels[few], temperature=1.0))
    far = max(0.0, far)  # rounding goes below
    return at_far * min(MOST, max(LEAST, math.sqrt(far / FAR)))


def distillation_data(data: TrainingData, teacher: nn.Module, seed: int) -> TrainingData:
    """``IMAGES`` of the training inputs, as the seed draws them, with their mirror images where the model has learnt
    from such; instead of labels the teacher's logits [N, classes]."""
    random = torch.Generator().manual_seed(seed)
    inputs = data.inputs[torch.randperm(len(data.inputs), generator=random)[:IMAGES]]
    if data.mirror is not None:
        inputs = torch.cat([inputs, data.mirror(inputs)])
    return replace(
        data,
        inputs=inputs,
        labels=_answers(teacher.eval(), inputs),
        validation_inputs=data.validation_inputs[:SHOWN],
        validation_labels=data.validation_labels[:SHOWN],
        augment=unchanged,
        mirror=None,
    )


@torch.no_grad()
def _answers(module: nn.Module, inputs: Tensor) -> Tensor:
    with one_thread():
        return torch.cat([module(batch) for batch in inputs.split(ASKED)])
