"""Trains a model by its plan: how the committed weights were made, and how to make them again."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import LambdaLR

import datasets
from compression.models import build, model_card
from compression.models.augment import AUGMENTATIONS
from compression.models.plans import PLANS, STANDARD, TrainingPlan
from compression.training.optimizer import make_optimizer, warm_cosine
from compression.training.processor import has_bfloat16, one_thread
from datasets import Dataset, Split

WARM_UP = 0.15
"""Share of all steps in which the learning rate rises."""


@dataclass(frozen=True)
class Epoch:
    """Told to `report` after each epoch."""

    number: int
    of: int
    loss: float
    validation_accuracy: float
    seconds: float
    remaining_s: float


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A trained model and what it took; the test set was used once, for `accuracy`."""

    model_id: str
    model: nn.Module
    accuracy: float
    test_count: int
    validation_accuracy: float
    epoch: int
    """The epoch whose weights these are: see `TrainingPlan.keep`."""
    parameters: int
    train_count: int
    full: bool
    """Whether these were all of the data set's training inputs, not the bundled ones."""
    seed: int
    wall_s: float
    cpu_s: float


def train(
    model_id: str,
    *,
    seed: int = 0,
    report: Callable[[Epoch], None] = lambda epoch: None,
    plan: TrainingPlan | None = None,
) -> TrainingResult:
    """Train a fresh model; equal seeds give equal weights on one machine, 0 the committed ones.

    All of the data set's training inputs are used where they are found here, else the bundled ones.
    Nothing is written: `record.save` does that.
    """
    card, plan = model_card(model_id), plan or PLANS.get(model_id, STANDARD)
    full = datasets.full_available(card.dataset)
    data = datasets.load(card.dataset, full=full)
    started, cpu_started = time.perf_counter(), time.process_time()
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + plan.draw)
        best, epoch = _fit(build(model_id), data, plan, seed=seed + plan.draw, report=report)
        wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu_started
        accuracy = accuracy_of(best, data.test)
    return TrainingResult(
        model_id=model_id,
        model=best,
        accuracy=accuracy,
        test_count=len(data.test),
        validation_accuracy=epoch.validation_accuracy,
        epoch=epoch.number,
        parameters=sum(parameter.numel() for parameter in best.parameters()),
        train_count=len(data.train),
        full=full,
        seed=seed,
        wall_s=wall_s,
        cpu_s=cpu_s,
    )


def accuracy_of(model: nn.Module, split: Split) -> float:
    """Share of a split's inputs that the model, in evaluation mode, classifies as labelled."""
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with torch.inference_mode():
        right = sum(
            (model(x).argmax(1) == y).sum().item()
            for x, y in zip(inputs.split(500), labels.split(500), strict=True)
        )
    return right / len(split)


def _fit(
    model: nn.Module,
    data: Dataset,
    plan: TrainingPlan,
    *,
    seed: int,
    report: Callable[[Epoch], None],
) -> tuple[nn.Module, Epoch]:
    """The model as it was after the epoch that the plan keeps, and that epoch."""
    run = _Run(model, plan, steps=plan.epochs * (len(data.train) // plan.batch_size), seed=seed)
    kept: tuple[nn.Module, Epoch] | None = None
    started = time.perf_counter()
    for number in range(1, plan.epochs + 1):
        loss = run.epoch(data.train)
        spent = time.perf_counter() - started
        epoch = Epoch(
            number=number,
            of=plan.epochs,
            loss=loss,
            validation_accuracy=accuracy_of(run.average, data.validation),
            seconds=spent,
            remaining_s=spent / number * (plan.epochs - number),
        )
        best = kept is None or epoch.validation_accuracy >= kept[1].validation_accuracy
        if best or plan.keep == "last":
            kept = copy.deepcopy(run.average), epoch
        report(epoch)
    if kept is None:
        raise ValueError(f"A training plan needs at least one epoch, not {plan.epochs}.")
    return kept


class _Run:
    """A model on its way: what changes from step to step."""

    def __init__(self, model: nn.Module, plan: TrainingPlan, *, steps: int, seed: int) -> None:
        self.plan, self.model = plan, model
        self.layout = torch.channels_last if plan.channels_last else torch.contiguous_format
        self.average = copy.deepcopy(model).eval()
        for parameter in model.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=self.layout)
        self.random = torch.Generator().manual_seed(seed)
        self.optimizer = make_optimizer(
            model,
            plan.optimizer,
            learning_rate=plan.learning_rate,
            weight_decay=plan.weight_decay,
        )
        self.schedule = LambdaLR(self.optimizer, warm_cosine(steps, WARM_UP))

    def epoch(self, split: Split) -> float:
        """One pass over the split in a new order; returns the mean loss."""
        self.model.train()
        return torch.stack([self.step(*batch) for batch in self.batches(split)]).mean().item()

    def step(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """One update of the model and of its running average; returns the loss."""
        self.optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.bfloat16 and has_bfloat16()):
            logits = self.model(inputs)
        smoothing = self.plan.label_smoothing
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=smoothing)
        loss.backward()
        self.optimizer.step()
        done = self.schedule.last_epoch
        self.schedule.step()
        _follow(self.average, self.model, decay=min(self.plan.average, done / (done + 10)))
        return loss.detach()

    def batches(self, split: Split) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """The split, shuffled and augmented; the incomplete batch at the end is left out."""
        inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
        augment = AUGMENTATIONS[self.plan.augmentation]
        for chosen in torch.randperm(len(split), generator=self.random).split(self.plan.batch_size):
            if len(chosen) == self.plan.batch_size:
                batch = augment(inputs[chosen], self.random)
                yield batch.contiguous(memory_format=self.layout), labels[chosen]


@torch.no_grad()
def _follow(average: nn.Module, model: nn.Module, *, decay: float) -> None:
    """Move the running average towards the model, batch-norm statistics too; no decay copies."""
    current = model.state_dict()
    for name, value in average.state_dict().items():
        if value.is_floating_point() and decay > 0:
            value.lerp_(current[name], 1 - decay)
        else:
            value.copy_(current[name])
