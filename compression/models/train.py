"""Trains a model by its plan: how the committed weights were made, and how to make them again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch
from torch import nn

import datasets
from compression.errors import LabError
from compression.models import build, model_card
from compression.models.answers import answers_of
from compression.models.augment import AUGMENTATIONS, MIRRORS
from compression.models.channel_order import sorted_channels
from compression.models.plans import PLANS, STANDARD, ModelPlan
from compression.models.sandwich import SandwichLoss
from compression.training import loop
from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.losses import Loss
from compression.training.processor import one_thread
from compression.training.progress import OnEpoch, ignore
from datasets import Dataset, Split


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
    """Of this run: one that goes on after it was interrupted counts from there."""


def train(
    model_id: str,
    *,
    seed: int = 0,
    report: OnEpoch = ignore,
    plan: ModelPlan | None = None,
) -> TrainingResult:
    """Train a fresh model; equal seeds give equal weights on one machine, 0 the committed ones.

    All of the data set's training inputs are used where they are found here, else the bundled ones.
    Nothing is written: `record.save` does that. LabError where the training diverges.
    """
    card, plan = model_card(model_id), plan or PLANS.get(model_id, STANDARD)
    full = datasets.full_available(card.dataset)
    data = datasets.load(card.dataset, full=full)
    started, cpu_started = time.perf_counter(), time.process_time()
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + plan.draw)
        trained = _trained(build(model_id), data, plan, seed=seed, report=report, name=model_id)
        epoch = trained.epoch
        if plan.elastic is not None:
            alone = trained.module
            trained = _trained(
                sorted_channels(alone), data, plan.elastic, seed=seed, report=report,
                name=f"{model_id}-elastic", loss=SandwichLoss(alone),
            )  # fmt: skip
            epoch += trained.epoch
        wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu_started
        accuracy = accuracy_of(trained.module, data.test)
        _forget(model_id, seed, plan)
    return TrainingResult(
        model_id=model_id,
        model=trained.module,
        accuracy=accuracy,
        test_count=len(data.test),
        validation_accuracy=trained.validation,
        epoch=epoch,
        parameters=sum(parameter.numel() for parameter in trained.module.parameters()),
        train_count=len(data.train),
        full=full,
        seed=seed,
        wall_s=wall_s,
        cpu_s=cpu_s,
    )


def _trained(
    module: nn.Module,
    data: Dataset,
    plan: ModelPlan,
    *,
    seed: int,
    report: OnEpoch,
    name: str,
    loss: Loss | None = None,
) -> loop.Trained:
    """One training, or what is left of an interrupted one; LabError where it diverges."""
    plan = replace(plan, elastic=None)  # what comes next is no reason to begin anew
    trained = loop.train(
        module,
        training_data(data, plan),
        loss=loss,
        plan=plan,
        seed=seed + plan.draw,
        checkpoint=_checkpoint(name, seed, plan),
        on_epoch=report,
    )
    if trained.stopped:
        raise LabError(f"The training of {name} failed: {trained.reason}")
    return trained


def _checkpoint(name: str, seed: int, plan: ModelPlan) -> Checkpoint | None:
    """Where a training of many minutes stands; the short ones begin again."""
    if plan.random == "continuous":
        return None
    return Checkpoint(f"{name.replace('/', '-')}-{seed}")


def _forget(model_id: str, seed: int, plan: ModelPlan) -> None:
    """Remove what an interrupted training would go on from: now that all is computed."""
    for each in (_checkpoint(name, seed, plan) for name in (model_id, f"{model_id}-elastic")):
        if each is not None:
            each.remove()


def training_data(data: Dataset, plan: ModelPlan) -> TrainingData:
    """What a model learns from, augmented and laid out as its plan says."""
    return TrainingData(
        inputs=torch.from_numpy(data.train.inputs),
        labels=torch.from_numpy(data.train.labels),
        validation_inputs=torch.from_numpy(data.validation.inputs),
        validation_labels=torch.from_numpy(data.validation.labels),
        augment=AUGMENTATIONS[plan.augmentation],
        mirror=MIRRORS.get(plan.augmentation),
        channels_last=plan.channels_last,
        bfloat16=plan.bfloat16,
        people=None if data.people is None else torch.from_numpy(data.people),
    )


def data_for_compressed(data: Dataset, plan: ModelPlan) -> TrainingData:
    """What a compressed model may learn from: the bundled images everywhere, so that equal recipes train alike.

    Augmented as for the model, but not shifted: in a few epochs a compressed model gains more without it
    (2-bit ResNet-8 on validation, one epoch: 91.9 % with shifts, 92.1 % with mirroring alone).
    """
    moved = plan.augmentation == "crop_flip"
    return training_data(data, replace(plan, augmentation="flip") if moved else plan)


def accuracy_of(model: nn.Module, split: Split) -> float:
    """Share of a split's inputs that the model, in evaluation mode, classifies as labelled."""
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with torch.inference_mode():
        right = sum(
            (answers_of(model(x)) == y).sum().item()
            for x, y in zip(inputs.split(500), labels.split(500), strict=True)
        )
    return right / len(split)
