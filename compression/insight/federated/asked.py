"""The federated step that a recipe is asked about, and the recipe up to it."""

from __future__ import annotations

from compression.errors import UsageError
from compression.recipe import Recipe
from compression.techniques.federated.knobs import Federate


def up_to_federated(recipe: Recipe) -> tuple[Recipe, Federate]:
    """The recipe up to its last federated step, which is how a training is kept, and that step."""
    for count in range(len(recipe.steps), 0, -1):
        step = recipe.steps[count - 1]
        if isinstance(step, Federate):
            return recipe.model_copy(update={"steps": recipe.steps[:count]}), step
    raise UsageError("Only a recipe with a federated step has clients: add federate to it.")
