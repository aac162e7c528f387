"""Techniques applied to the zoo's models in this process, without an engine."""

from __future__ import annotations

import torch

from compression.models.catalogue import MODELS
from compression.models.compressed import Compressed
from compression.pipeline import technique
from compression.techniques import TECHNIQUES
from compression.techniques.context import StepContext
from compression.techniques.step import Step
from compression.training.data import Training, TrainingData
from datasets import DATASETS


def inputs(model: str, count: int = 8) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(0))


def gentlest(name: str) -> Step:
    return TECHNIQUES[name](**TECHNIQUES[name].gentlest)


def strongest(name: str) -> Step:
    return TECHNIQUES[name](**TECHNIQUES[name].strongest)


def apply(model: Compressed, asked: Step, seed: int = 0) -> Compressed:
    training = Training(lambda: examples(model)) if asked.needs_labels else None
    context = StepContext(inputs(model.model.id, 32), seed, training)
    return technique(asked)(model, asked, context)


def examples(model: Compressed) -> TrainingData:
    """Too few to learn much from, some of each class; what counts as right is what the model says."""
    classes = len(model.model.data.classes)
    right = logits(model, 300).argmax(1)
    few, many = inputs(model.model.id, 32), inputs(model.model.id, 300)
    return TrainingData(few, torch.arange(32) % classes, many, right)


@torch.inference_mode()
def logits(compressed: Compressed, count: int = 8) -> torch.Tensor:
    return compressed.module(inputs(compressed.model.id, count))
