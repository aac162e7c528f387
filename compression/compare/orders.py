"""The same steps in every order: which orders may be, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from compression.errors import UsageError
from compression.recipe import Recipe

MOST_STEPS = 4
"""Of four steps there are 24 orders."""


@dataclass(frozen=True)
class Order:
    recipe: Recipe
    refusal: str
    """Why it may not be, in a sentence; empty where it may."""

    @property
    def words(self) -> str:
        return " → ".join(step.describe() for step in self.recipe.steps)


def orders(recipe: Recipe) -> tuple[Order, ...]:
    """The recipe's own order first; equal steps don't make two. UsageError for too few or too many steps."""
    count = len(recipe.steps)
    if not 2 <= count <= MOST_STEPS:
        raise UsageError(
            f"{count} steps have no orders to compare: take a chain of 2 to {MOST_STEPS}."
        )
    found: dict[str, Order] = {}
    for steps in permutations(recipe.steps):
        asked = Recipe(model=recipe.model, steps=steps, seed=recipe.seed)
        found.setdefault(asked.key, Order(asked, _refusal(asked)))
    return tuple(found.values())


def _refusal(recipe: Recipe) -> str:
    try:
        recipe.require_order()
    except UsageError as error:
        return str(error)
    return ""
