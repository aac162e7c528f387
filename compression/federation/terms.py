"""What the server and all clients must agree on before the first round, and what each says that it knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from compression.errors import LabError, UsageError
from compression.recipe import Recipe, recipe_from_dict
from compression.techniques.federated.knobs import Federate

PROTOCOL = 1
"""Raised whenever clients and servers of before would misunderstand each other."""

CARRIED = frozenset((
    "clients", "split", "skew", "rounds", "sample", "algorithm", "update", "keep", "start", "local_epochs", "batch",
    "lr", "mu", "server_lr",
))  # fmt: skip
"""Knobs that mean the same on real devices. The others play trouble or protection, which real devices have or need
for themselves."""


@dataclass(frozen=True)
class Terms:
    """What is to be learned: a recipe of one step."""

    recipe: Recipe

    def __post_init__(self) -> None:
        """UsageError where the recipe is nothing that devices can do."""
        steps = self.recipe.steps
        if len(steps) != 1 or not isinstance(steps[0], Federate):
            raise UsageError(
                "Devices learn by one federate step: give --step federate:clients=2,rounds=5 and the like, "
                "and compress what they have learned afterwards."
            )
        moved = (name for name in type(steps[0]).model_fields if name not in CARRIED)
        if words := steps[0].changed(*moved):
            raise UsageError(
                f"Only the simulation knows {', '.join(words)}: leave that out for real devices."
            )

    @cached_property
    def step(self) -> Federate:
        return cast(Federate, self.recipe.steps[0])

    def write(self) -> str:
        """As JSON, with what shows whether the other side means the same by it."""
        told = {
            "protocol": PROTOCOL,
            "recipe": self.recipe.model_dump(mode="json"),
            "key": self.recipe.key,
        }
        return json.dumps(told)


def read(text: str) -> Terms:
    """The terms that the other side has written; LabError where they mean something else here."""
    try:
        told: Any = json.loads(text)
        protocol, key, recipe = told["protocol"], told["key"], told["recipe"]
    except (ValueError, TypeError, KeyError) as error:
        raise LabError(
            "What the server sent holds no terms: run it from this project, in the same version."
        ) from error
    if protocol != PROTOCOL:
        raise LabError(
            f"The server speaks protocol {str(protocol)[:20]}, this client {PROTOCOL}: install the same version of "
            "the project on both."
        )
    terms = Terms(recipe_from_dict(recipe))
    if terms.recipe.key != key:
        raise LabError(
            f"The server's recipe has the key {str(key)[:20]}, and the same recipe {terms.recipe.key} here: weights, "
            "data or code differ, so install the same version of the project on both."
        )
    return terms
