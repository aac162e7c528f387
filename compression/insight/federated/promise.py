"""What differential privacy promises for each strength of the noise, with a recipe's rounds and share a round."""

from __future__ import annotations

from typing import Any

from compression.insight.federated.asked import first_round, up_to_federated
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.accountant import DELTA, epsilon_of_all
from compression.techniques.federated.knobs import PRIVACY_NOISES, Federate
from compression.techniques.federated.noise import release


def federated_promise(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """``epsilons`` belong to ``noises``, counted with the trainings of the steps before; ``epsilon`` is the recipe's
    own, None without noise, and where zeros were chosen ``by_zeros`` of a model that had learned without it."""
    asked, step = up_to_federated(recipe)
    before = [
        each
        for earlier in asked.steps[:-1]
        if isinstance(earlier, Federate)
        for each in release(earlier)
    ]
    noises = PRIVACY_NOISES[1:]
    epsilons = [epsilon_of_all([*before, (n, step.sample, step.rounds)]) for n in noises]
    by_zeros = len(asked.steps) > 1 and not before and first_round(subject, asked).mask is not None
    own = None if by_zeros else dict(zip(noises, epsilons, strict=True)).get(step.dp)
    return {
        "noises": list(noises),
        "epsilons": epsilons,
        "epsilon": own,
        "delta": DELTA,
        "clip": step.clip,
        "trainings": 1 + len(before),
        "by_zeros": by_zeros,
    }
