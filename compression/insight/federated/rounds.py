"""What happened in each round of a federated training, and of its control, as far as they were trained here."""

from __future__ import annotations

from typing import Any

import numpy as np

from compression.insight.federated.asked import up_to_federated
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.history import History
from compression.techniques.federated.resume import history_of


def federated_rounds(subject: Subject, recipe: Recipe, measured: bool = False) -> dict[str, Any]:
    """``federated`` and ``control`` are their rounds, None where that was not trained on this machine.

    ``clients`` has the accuracy that each client would see in each round: that on the validation examples, their
    classes weighted as the client's own. ``measured`` changes no answer: it tells a question that was asked before the
    training from the same one after it.
    """
    asked, _ = up_to_federated(recipe)
    history = history_of(asked.key)
    control = None if asked.control is None else history_of(asked.control.key)
    return {
        "federated": None if history is None else _told(history),
        "control": None if control is None else _told(control),
    }


def _told(history: History) -> dict[str, Any]:
    counts = np.array(history.examples, dtype=float)
    mixes = counts / np.maximum(1, counts.sum(1, keepdims=True))
    by_class = np.array([each.by_class for each in history.rounds])
    return {
        **history.as_json(),
        "bytes_sent": history.bytes_sent,
        "clients": (by_class @ mixes.T).round(4).tolist(),
    }
