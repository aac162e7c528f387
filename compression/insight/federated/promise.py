"""What differential privacy promises for each strength of the noise, with a recipe's rounds and share a round."""

from __future__ import annotations

from typing import Any

from compression.insight.federated.asked import up_to_federated
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.accountant import DELTA, epsilon_of
from compression.techniques.federated.knobs import PRIVACY_NOISES


def federated_promise(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """``epsilons`` belong to ``noises``; ``epsilon`` is the recipe's own, None without noise."""
    _, step = up_to_federated(recipe)
    noises = PRIVACY_NOISES[1:]
    epsilons = [epsilon_of(noise, step.sample, step.rounds) for noise in noises]
    return {
        "noises": list(noises),
        "epsilons": epsilons,
        "epsilon": dict(zip(noises, epsilons, strict=True)).get(step.dp),
        "delta": DELTA,
        "clip": step.clip,
    }
