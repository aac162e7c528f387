"""What differential privacy promises for each strength of the noise, with a recipe's rounds and share a round."""

from __future__ import annotations

from typing import Any

from compression.insight.federated.asked import up_to_federated
from compression.insight.federated.stood import as_begun, stood_before
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.accountant import DELTA
from compression.techniques.federated.knobs import PRIVACY_NOISES


def federated_promise(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """``epsilons`` belong to ``noises``, ``epsilon`` is the recipe's own: as a training counts them, with those before.

    None without noise, and where zeros were chosen ``by_zeros`` of a model that had promised nothing.
    """
    asked, step = up_to_federated(recipe)
    before = stood_before(subject, asked)
    noises = PRIVACY_NOISES[1:]
    promised = [
        as_begun(before, step.model_copy(update={"dp": noise}), asked.seed) for noise in noises
    ]
    return {
        "noises": list(noises),
        "epsilons": [each.epsilon for each in promised],
        "epsilon": dict(zip(noises, promised, strict=True))[step.dp].epsilon if step.dp else None,
        "delta": DELTA,
        "clip": step.clip,
        "trainings": 1 + len(before.releases),
        "by_zeros": promised[0].epsilon is None,
    }
