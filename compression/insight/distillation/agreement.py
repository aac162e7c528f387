"""A trained student beside its teachers: where they agree, and which classes each confuses. Nothing is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from compression import pipeline
from compression.errors import UsageError
from compression.insight.distillation.soft_labels import logits_of, softened
from compression.models.answers import answers_of
from compression.models.rounded_activations import rounding
from compression.subjects import Subject

EXAMPLES = 2000
"""Of the validation split, never of the test set."""


def agreement(subject: Subject, student: str, teachers: Sequence[Subject]) -> dict[str, Any]:
    """How the student in the packed file of digest ``student`` answers, and how its teachers do.

    ``confusion`` counts answers: rows are the true class, columns what was said.
    """
    trained = pipeline.kept(student)
    if trained is None:
        raise UsageError(
            "This student's file is no longer kept on this machine, where the oldest are dropped first: "
            "look at one that was trained later, or raise COMPACT_ARTIFACT_BYTES."
        )
    split = subject.data.validation.stratified(EXAMPLES)
    learned = _said(rounding(trained).eval(), split.inputs)
    taught = softened(
        np.stack([logits_of(teacher, split.inputs) for teacher in teachers]), 1.0
    ).argmax(1)
    return {
        "classes": list(subject.card.data.classes),
        **compared(taught, learned, split.labels, len(subject.card.data.classes)),
    }


def compared(
    taught: NDArray[np.int64], learned: NDArray[np.int64], labels: NDArray[np.int64], classes: int
) -> dict[str, Any]:
    """Counts and shares from the answers [N] of the teacher and of the student."""
    agrees, by_class = taught == learned, [labels == label for label in range(classes)]
    right = {"teacher": taught == labels, "student": learned == labels}
    return {
        "counted": len(labels),
        "agreement": float(agrees.mean()),
        "both_wrong_alike": float((agrees & ~right["teacher"]).mean()),
        "agreement_by_class": [float(agrees[mask].mean()) for mask in by_class],
        "accuracy": {who: float(hits.mean()) for who, hits in right.items()},
        "accuracy_by_class": {
            who: [float(hits[mask].mean()) for mask in by_class] for who, hits in right.items()
        },
        "confusion": {
            "teacher": confusion(labels, taught, classes).tolist(),
            "student": confusion(labels, learned, classes).tolist(),
        },
    }


def confusion(
    labels: NDArray[np.int64], said: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """How often each class [rows] was called each class [columns]."""
    pairs = np.bincount(labels * classes + said, minlength=classes * classes)
    return pairs.reshape(classes, classes)


@torch.no_grad()
def _said(module: torch.nn.Module, inputs: NDArray[np.float32]) -> NDArray[np.int64]:
    parts = torch.from_numpy(inputs).split(250)
    return torch.cat([answers_of(module(part)) for part in parts]).numpy()
