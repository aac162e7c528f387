"""What each client would reach without the others, beside what they reach together."""

from __future__ import annotations

from typing import Any

from compression.errors import UsageError
from compression.insight.federated.asked import up_to_federated
from compression.pipeline import before_last_step
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.alone import learn_alone
from compression.techniques.federated.begin import begin
from compression.techniques.federated.federate import prepare
from compression.techniques.federated.knobs import Federate


def federated_alone(subject: Subject, recipe: Recipe, client: int) -> dict[str, Any]:
    """``validation`` is the accuracy on all validation examples after each of as many passes as the rounds have, and
    ``best`` the highest, as the federated model is that of its best round. One client a question: all are long.

    UsageError for a client that isn't there or has no examples, and where all data are in one place.
    """
    asked, step = up_to_federated(recipe)
    control = step.control()
    if not isinstance(control, Federate):
        raise UsageError(
            "All data are in one place, so nobody learns alone: choose 2 or more clients."
        )
    before = before_last_step(subject, asked)
    given = begin(before, step, asked.seed)
    together = prepare(before.module, given, step, subject.training_data(), asked.seed)
    sizes = [len(part) for part in together.clients.parts]
    if not 0 <= client < len(sizes) or not sizes[client]:
        able = ", ".join(str(place) for place, size in enumerate(sizes) if size)
        raise UsageError(f"Client {client} has no examples to learn from: choose one of {able}.")
    history = learn_alone(together, control, client)
    validation = [each.validation for each in history.rounds]
    return {
        "client": client,
        "validation": validation,
        "best": max(history.started, *validation),
    }
