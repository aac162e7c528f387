"""What happened in each round of a federated training, and of its control, as far as they were trained here."""

from __future__ import annotations

from typing import Any

import numpy as np

from compression.insight.federated.asked import up_to_federated
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.history import History
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.participation import draw, work_of
from compression.techniques.federated.resume import history_of


def federated_rounds(subject: Subject, recipe: Recipe, measured: bool = False) -> dict[str, Any]:
    """``federated`` and ``control`` are their rounds, None where that was not trained on this machine.

    ``learned`` is how many examples each client has learned from, ``clients`` the accuracy that each would see in each
    round: that on the validation examples, their classes weighted as the client's own. ``measured`` changes no answer:
    it tells a question that was asked before the training from the same one after it.
    """
    asked, _ = up_to_federated(recipe)
    return {
        "federated": _told(asked),
        "control": None if asked.control is None else _told(asked.control),
    }


def _told(asked: Recipe) -> dict[str, Any] | None:
    history, (_, step) = history_of(asked.key), up_to_federated(asked)
    if history is None:
        return None
    counts = np.array(history.examples, dtype=float)
    mixes = counts / np.maximum(1, counts.sum(1, keepdims=True))
    by_class = np.array([each.by_class for each in history.rounds])
    return {
        **history.as_json(),
        "bytes_sent": history.bytes_sent,
        "clients": (by_class @ mixes.T).round(4).tolist(),
        "learned": learned_from(history, step, asked.seed),
    }


def learned_from(history: History, step: Federate, seed: int) -> list[int]:
    """How many examples each client has learned from in all rounds, those it saw again counted again."""
    sizes = [sum(counts) for counts in history.examples]
    learned = [0] * len(sizes)
    for number in range(1, len(history.rounds) + 1):
        for work in work_of(step, draw(step, sizes, number, seed), sizes):
            learned[work.client] += work.updates * step.batch
    return learned
