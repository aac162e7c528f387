"""Training of what pruning has left and refitting has repaired, with labels (finetune) or without (distil).

Zeros stay zeros, in both the unpruned model's answers are learnt from, and both end with plain weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from torch import nn

from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.pruning.masked import Masked, finished
from compression.training import loop
from compression.training.losses import TeacherLoss
from compression.training.plan import TrainingPlan
from compression.training.self_distillation import self_distil

LEARNING_RATE, BATCH = 5e-3, 64
"""Chosen on validation images, in one epoch: ResNet-8 at 95 % zeros would have twice this rate, others half of it."""
SHARE = 0.9
"""Of the loss that compares with the unpruned model's answers; the rest is the labels'."""


def finetune(
    start: Compressed,
    teacher: nn.Module,
    epochs: float,
    context: StepContext,
    *,
    keep: Literal["best", "last"] = "best",
    before_update: loop.BeforeUpdate = loop.unchanged,
) -> Compressed:
    """Trained with labels and the teacher's answers: by default the best on validation, ``start`` included."""
    training = context.labelled
    trained = loop.train(
        Masked(start.module),
        training.load(),
        loss=TeacherLoss(teacher, SHARE),
        plan=TrainingPlan(epochs=epochs, learning_rate=LEARNING_RATE, batch_size=BATCH, keep=keep),
        seed=context.seed,
        report=training.report,
        checkpoint=training.checkpoint,
        before_update=before_update,
    )
    return finished(start, trained.module)


def distil(
    start: Compressed, teacher: nn.Module, epochs: float, context: StepContext
) -> Compressed:
    """Trained with the teacher's answers to unlabelled images alone: the last weights."""
    student = self_distil(
        Masked(start.module), teacher, context.labelled, epochs=epochs, seed=context.seed
    )
    return finished(start, student)


Retrain = Callable[[Compressed, nn.Module, float, StepContext], Compressed]
REPAIRS: Mapping[str, Retrain] = {"finetune": finetune, "distil": distil}
"""What any pruned model can be repaired with, by the name of the repair."""
