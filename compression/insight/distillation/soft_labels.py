"""A dozen real examples with a teacher's logits for them: some clear, some ambiguous, some it gets wrong.

The temperature is left to the page: it reshapes logits without asking anybody again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from compression.insight.pictures import picture
from compression.subjects import Subject

EXAMPLES = 1000
"""Of the validation split, from which the dozen are chosen; the test set is left alone."""

OF_EACH_KIND = 4
TEMPERATURES = (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 20)


def soft_labels(subject: Subject, teachers: Sequence[Subject]) -> dict[str, Any]:
    """Examples of each kind with the logits of each teacher, and what classes it holds alike on average.

    ``alike`` has, for each of ``temperatures``, the mean softened answer to each true class: [classes, classes].
    Several teachers answer as the mean of their softened answers.
    """
    split = subject.data.validation.stratified(EXAMPLES)
    logits = np.stack([logits_of(teacher, split.inputs) for teacher in teachers])
    chosen = choose(softened(logits, 1.0), split.labels)
    return {
        "classes": list(subject.card.data.classes),
        "examples": [
            {
                "kind": kind,
                "label": int(split.labels[row]),
                "logits": np.round(logits[:, row], 4).tolist(),
                **picture(split.inputs[row]),
            }
            for kind, row in chosen
        ],
        "counted": len(split),
        "accuracy": float((softened(logits, 1.0).argmax(1) == split.labels).mean()),
        "temperatures": list(TEMPERATURES),
        "alike": [alike(logits, split.labels, t).round(4).tolist() for t in TEMPERATURES],
    }


def softened(logits: NDArray[np.floating], temperature: float) -> NDArray[np.floating]:
    """The mean over teachers of softmax(logits / T): [teachers, N, classes] to [N, classes]."""
    scaled = logits.astype(np.float64) / temperature
    raised = np.exp(scaled - scaled.max(-1, keepdims=True))
    return (raised / raised.sum(-1, keepdims=True)).mean(0)


def choose(answers: NDArray[np.floating], labels: NDArray[np.int64]) -> list[tuple[str, int]]:
    """Rows of ``answers`` [N, classes] that are clear, ambiguous and wrong, of different classes if it can be."""
    ordered = np.sort(answers, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    is_right = answers.argmax(1) == labels
    kinds = {
        "clear": (is_right, -margin),
        "ambiguous": (is_right, margin),
        "wrong": (~is_right, -ordered[:, -1]),
    }
    chosen: list[tuple[str, int]] = []
    for kind, (mask, order) in kinds.items():
        rows = np.flatnonzero(mask)
        rows = rows[np.argsort(order[rows], kind="stable")]
        free = [int(row) for row in rows if row not in {taken for _, taken in chosen}]
        chosen += [(kind, row) for row in _one_a_class(free, labels)[:OF_EACH_KIND]]
    return chosen


def alike(
    logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float
) -> NDArray[np.floating]:
    """The mean softened answer to the examples of each true class: [classes, classes], rows that sum to 1."""
    answers = softened(logits, temperature)
    return np.stack([answers[labels == label].mean(0) for label in range(answers.shape[1])])


def _one_a_class(rows: Sequence[int], labels: NDArray[np.int64]) -> list[int]:
    """The rows in their order, those whose class came before put last."""
    seen: set[int] = set()
    first: list[int] = []
    later: list[int] = []
    for row in rows:
        label = int(labels[row])
        (later if label in seen else first).append(row)
        seen.add(label)
    return first + later


@torch.no_grad()
def logits_of(teacher: Subject, inputs: NDArray[np.float32]) -> NDArray[np.floating]:
    """[N, classes] of a trained model."""
    module = teacher.original.module
    parts = torch.from_numpy(inputs).split(250)
    return torch.cat([module(part) for part in parts]).numpy()
