"""An attack at every strength: a curve of accuracy, and the shown pictures as they are moved. For a slider."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from compression.insight.made import made
from compression.insight.pictures import picture
from compression.insight.robustness.attacked import reach_of, share
from compression.insight.robustness.attacks import BATCH_SIZE, Reach, answered, fgsm, fixed, pgd
from compression.measure.answers import answers_with_confidence
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import Subject

LEVELS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1)
EXAMPLES, STEPS = 500, 10
PICTURES = 12


def attack_curve(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, Any]:
    """By epsilon of ``levels``, how many of 500 test examples are still answered right, and the pictures shown.

    An example counts while neither PGD on the model itself, begun at each level where it had come to before, nor FGSM
    on the original has misled it; who is misled stays misled, so that no curve rises.
    """
    reaches = [reach_of(subject.card.data, level) for level in LEVELS[1:]]
    compressed = made(subject, recipe, kept)
    split = subject.data.test.stratified(EXAMPLES)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with fixed(rounding(compressed)) as module:
        right = _survivors(module, inputs, labels, reaches)
        for level, moved in enumerate(_by_original(subject, tuple(reaches)), start=1):
            right[level:] &= answered(module, moved) == labels
        pictures = _pictures(module, subject, reaches)
    return {
        "levels": list(LEVELS),
        "counted": len(split),
        "steps": STEPS,
        "original": _of_original(subject),
        "compressed": [share(row) for row in right],
        "classes": list(subject.card.data.classes),
        "examples": pictures,
    }


@lru_cache(maxsize=16)
def _of_original(subject: Subject) -> list[dict[str, Any]]:
    reaches = tuple(reach_of(subject.card.data, level) for level in LEVELS[1:])
    split = subject.data.test.stratified(EXAMPLES)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with fixed(_original(subject).module) as module:
        right = _survivors(module, inputs, labels, reaches)
        for level, moved in enumerate(_by_original(subject, reaches), start=1):
            right[level:] &= answered(module, moved) == labels
    return [share(row) for row in right]


def _original(subject: Subject) -> Compressed:
    return subject.original.folded


@lru_cache(maxsize=4)
def _by_original(subject: Subject, reaches: tuple[Reach, ...]) -> list[Tensor]:
    split = subject.data.test.stratified(EXAMPLES)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with fixed(_original(subject).module) as module:
        return [fgsm(module, inputs, labels, reach) for reach in reaches]


def _survivors(
    module: nn.Module, inputs: Tensor, labels: Tensor, reaches: Sequence[Reach]
) -> Tensor:
    """Whether each example [levels, N] is right at each level; only who is so far is attacked any further."""
    right = torch.zeros(1 + len(reaches), len(labels), dtype=torch.bool)
    right[0] = answered(module, inputs) == labels
    found = inputs.clone()
    for level, reach in enumerate(reaches, start=1):
        for rows in right[level - 1].nonzero().flatten().split(BATCH_SIZE):
            found[rows] = pgd(
                module, inputs[rows], labels[rows], reach, steps=STEPS, start=found[rows]
            )
            right[level, rows] = answered(module, found[rows]) == labels[rows]
    return right


def _pictures(
    module: nn.Module, subject: Subject, reaches: Sequence[Reach]
) -> list[dict[str, Any]]:
    """The shown examples at each level, with the class that is said and how surely."""
    split = subject.shown.take(slice(0, PICTURES))
    if not len(split):
        split = subject.data.test.stratified(PICTURES)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    moved = [inputs]
    for reach in reaches:
        moved.append(
            pgd(module, inputs, labels, reach, steps=STEPS, start=moved[-1], stop_when_fooled=False)
        )
    with torch.inference_mode():
        said = [answers_with_confidence(module(level).numpy()) for level in moved]
    ends = subject.card.data.input_range
    return [
        {
            "label": int(labels[row]),
            "levels": [
                {
                    **picture(level[row].numpy(), ends),
                    "said": answers[row].answered,
                    "sure": round(answers[row].confidence, 3),
                }
                for level, answers in zip(moved, said, strict=True)
            ],
        }
        for row in range(len(labels))
    ]
