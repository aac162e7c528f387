"""Accuracy on inputs as a bad sensor gives them, kind by kind and severity by severity, beside the original's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from compression.insight.made import made
from compression.insight.pictures import picture
from compression.insight.robustness.attacked import share
from compression.insight.robustness.attacks import answered, fixed
from compression.insight.robustness.corruptions import PICTURES, SEVERITIES, SIGNALS, corrupted
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import Subject

EXAMPLES = 1000


def bad_inputs(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, Any]:
    """For each kind of corruption the accuracy at each severity, 0 being none, of the original and the compressed.

    ``drawn`` is one example at each severity. The mean over kinds and severities is what Hendrycks and Dietterich
    compare models by.
    """
    with fixed(rounding(made(subject, recipe, kept))) as module:
        compressed = _accuracies(module, subject)
    original = _of_original(subject)
    return {
        "counted": min(EXAMPLES, len(subject.data.test)),
        "severities": [0, *SEVERITIES],
        "kinds": [
            {
                "name": name,
                "original": original[name],
                "compressed": compressed[name],
                "drawn": _drawn(subject, name),
            }
            for name in compressed
        ],
    }


@lru_cache(maxsize=16)
def _of_original(subject: Subject) -> dict[str, list[dict[str, Any]]]:
    with fixed(subject.original.folded.module) as module:
        return _accuracies(module, subject)


def _accuracies(module: nn.Module, subject: Subject) -> dict[str, list[dict[str, Any]]]:
    split = subject.data.test.stratified(EXAMPLES)
    labels = torch.from_numpy(split.labels)
    names = PICTURES if subject.card.data.input_range else SIGNALS
    right = {
        name: [
            answered(module, torch.from_numpy(inputs)) == labels
            for inputs in _all_severities(subject, name)
        ]
        for name in names
    }
    clean = share(answered(module, torch.from_numpy(split.inputs)) == labels)
    return {name: [clean, *map(share, rows)] for name, rows in right.items()}


@lru_cache(maxsize=5)
def _all_severities(subject: Subject, name: str) -> list[NDArray[np.float32]]:
    split, ends = subject.data.test.stratified(EXAMPLES), subject.card.data.input_range
    return [corrupted(split.inputs, name, severity, ends) for severity in SEVERITIES]


def _drawn(subject: Subject, name: str) -> list[dict[str, Any]]:
    """The first of the examples, clean and at each severity."""
    ends = subject.card.data.input_range
    clean = subject.data.test.stratified(EXAMPLES).inputs[0]
    return [
        picture(each, ends) for each in (clean, *(e[0] for e in _all_severities(subject, name)))
    ]
