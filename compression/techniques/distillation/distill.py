"""Distillation: a student learns from labels and from a teacher's answers (Hinton et al., 2015, arXiv:1503.02531)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn

from compression.errors import UsageError
from compression.models import untrained
from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.context import StepContext
from compression.techniques.distillation.answers import ask
from compression.techniques.distillation.examples import choose_examples
from compression.techniques.distillation.fresh_views import FreshLoss, fresh_data, fresh_plan
from compression.techniques.distillation.knobs import FLOAT, PREVIOUS, SELF, Distill
from compression.techniques.distillation.low_bits import SHOWN, LowBits
from compression.techniques.distillation.low_bits import finished as in_few_bits
from compression.techniques.distillation.student_loss import WANTED, StudentLoss
from compression.techniques.distillation.teachers import teachers
from compression.techniques.shared.masked import Masked, finished
from compression.training import loop
from compression.training.data import Training, TrainingData
from compression.training.losses import Loss
from compression.training.plan import TrainingPlan
from compression.training.progress import Progress
from compression.training.throttle import Throttle

BATCH = 128
LEARNING_RATE, TUNING_RATE = 6e-2, 1e-2
"""Of a new student: chosen among 0.01, 0.03, 0.06 and 0.1 on validation images of fashion-mnist, where a teacher's
student and its control both liked the upper two alike; and of one that goes on from where a compression left it
(DS-CNN, 85 % zeros)."""


@dataclass(frozen=True, eq=False)
class Distillation:
    """All that the training loop takes: the student and its module as it begins, what it sees, its loss and plan."""

    student: Compressed
    module: nn.Module
    data: TrainingData
    loss: Loss
    plan: TrainingPlan


def distill(compressed: Compressed, step: Distill, context: StepContext) -> Compressed:
    """The trained student in the model's place; UsageError without data, or where the parts don't fit."""
    training = context.labelled
    prepared = prepare(compressed, step, context)
    trained = loop.train(
        prepared.module,
        prepared.data,
        loss=prepared.loss,
        plan=prepared.plan,
        seed=context.seed,
        report=training.report,
        checkpoint=training.checkpoint,
    )
    if isinstance(trained.module, Masked):
        return finished(prepared.student, trained.module)
    if isinstance(trained.module, LowBits):
        shown, _ = _data(step, context).drawn(SHOWN, context.seed)
        return in_few_bits(prepared.student, trained.module, shown)
    return prepared.student.with_module(trained.module)


def prepare(compressed: Compressed, step: Distill, context: StepContext) -> Distillation:
    """What ``distill`` trains, and how."""
    student = _student(compressed, step, context.seed)
    modules = teachers(compressed, step, context)
    data = _data(step, context)
    if step.mirrored == "off":
        data = replace(data, mirror=None)
    examples = choose_examples(
        data,
        labelled=step.labelled,
        unlabelled=step.unlabelled,
        labels_only=step.method == "labels",
        seed=context.seed,
    )
    if step.views != "fixed":
        return Distillation(
            student,
            _learning(student.module, step),
            fresh_data(step, examples, data),
            FreshLoss(step, examples.labelled_share, modules),
            fresh_plan(step),
        )
    wanted = WANTED.get(step.method, "logits")
    goes_on = step.student == PREVIOUS
    plan = TrainingPlan(
        epochs=step.epochs,
        learning_rate=TUNING_RATE if goes_on else LEARNING_RATE,
        batch_size=BATCH,
    )
    tell = _heartbeat(context.labelled, plan, len(examples.numbers))
    return Distillation(
        student,
        Masked(student.module) if goes_on else _learning(student.module, step),
        examples.training(data),
        StudentLoss(step, examples, lambda: ask(modules, examples, wanted, tell)),
        plan,
    )


def _data(step: Distill, context: StepContext) -> TrainingData:
    training = context.labelled
    return training.load_all() if step.trained_on == "full" else training.load()


def _learning(module: nn.Module, step: Distill) -> nn.Module:
    return module if step.bits == FLOAT else LowBits(module, step.bits)


def _heartbeat(training: Training, plan: TrainingPlan, count: int) -> Callable[[], None]:
    """Reports, while teachers are asked, that nothing is trained yet; a cancel ends the training."""
    steps = round(plan.epochs * (count // min(count, plan.batch_size)))
    moment = Progress(step=0, steps=steps, epoch=0.0, epochs=plan.epochs, loss=math.nan)
    throttle = Throttle(training.report)
    return lambda: throttle.tell(lambda: moment)


def _student(compressed: Compressed, step: Distill, seed: int) -> Compressed:
    """The student before it is trained; equal seeds give equal ones."""
    if step.student == PREVIOUS:
        return _going_on(compressed)
    name = "" if step.student == SELF else step.student
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Compressed(compressed.model, untrained(compressed.model, name), student=name)


def _going_on(compressed: Compressed) -> Compressed:
    if compressed.formats or compressed.activations:
        raise UsageError(
            "student=previous moves weights off the values they were quantized to: "
            "put distill before quantize."
        )
    return fold_batch_norm(compressed)
