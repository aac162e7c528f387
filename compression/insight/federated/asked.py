"""The federated step that a recipe is asked about, the recipe up to it, and its training before the first round."""

from __future__ import annotations

from compression.errors import UsageError
from compression.pipeline import before_last_step
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.begin import begin
from compression.techniques.federated.federate import prepare
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.simulation import Simulation


def up_to_federated(recipe: Recipe) -> tuple[Recipe, Federate]:
    """The recipe up to its last federated step, which is how a training is kept, and that step."""
    for count in range(len(recipe.steps), 0, -1):
        step = recipe.steps[count - 1]
        if isinstance(step, Federate):
            return recipe.model_copy(update={"steps": recipe.steps[:count]}), step
    raise UsageError("Only a recipe with a federated step has clients: add federate to it.")


def first_round(subject: Subject, recipe: Recipe) -> Simulation:
    """The training as it begins, with nothing trained for it: where a step before trains, from the original."""
    asked, step = up_to_federated(recipe)
    is_trained = any(each.is_trained for each in asked.steps[:-1])
    before = subject.original if is_trained else before_last_step(subject, asked)
    given = begin(before, step, asked.seed)
    return prepare(before.module, given, step, subject.training_data(), asked.seed)
