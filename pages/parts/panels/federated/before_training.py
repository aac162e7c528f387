"""What can be said of a federated model before it is trained."""

from __future__ import annotations

from compression.models.catalogue import model_card
from compression.recipe import Recipe
from compression.techniques.federated.knobs import NEW, Federate
from pages.parts import data
from pages.parts.shell.lineage import Ancestor, from_model


def federated_step(recipe: Recipe) -> Federate:
    """The last one of the recipe."""
    return next(step for step in reversed(recipe.steps) if isinstance(step, Federate))


def from_clients(recipe: Recipe, known: data.Known) -> list[Ancestor]:
    """A new network has no ancestor but the clients' data."""
    if federated_step(recipe).start != NEW:
        return from_model(recipe, known)
    return [Ancestor("new network", None, is_model=False)]


def promise(recipe: Recipe) -> str:
    """Who will learn it, and what travels meanwhile."""
    step, card = federated_step(recipe), model_card(recipe.model)
    who = "each person" if step.split == "people" else f"{step.clients} clients"
    what = "A new network" if step.start == NEW else "The model"
    return (
        f"**Not trained yet:** {what} of {card.parameters:,} parameters is to be learned by "
        f"{who} in {step.rounds} rounds. It knows nothing until it is trained."
    )
