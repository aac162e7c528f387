"""The map of the clients: how many examples of each class each of them has. Nothing is trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from compression.insight.federated.asked import up_to_federated
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.split import histograms, split


def federated_clients(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """``counts`` has a row a client and a column a class; ``empty`` are the clients without data, ``nowhere`` the
    classes that no client has."""
    asked, step = up_to_federated(recipe)
    data, classes = subject.data, subject.card.data.classes
    parts = split(step, data.train.labels, len(classes), data.people, asked.seed)
    counts = histograms(parts, data.train.labels, len(classes))
    people = [] if data.people is None else np.unique(data.people).tolist()
    return {
        "classes": list(classes),
        "names": [f"Person {who}" for who in people]
        if step.split == "people"
        else [f"Client {number}" for number in range(1, len(parts) + 1)],
        "counts": counts.tolist(),
        "empty": np.flatnonzero(counts.sum(1) == 0).tolist(),
        "nowhere": np.flatnonzero(counts.sum(0) == 0).tolist(),
    }
