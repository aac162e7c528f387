"""What stands before a federated training as far as its promise goes: zeros and releases, with nothing trained."""

from __future__ import annotations

import copy
from dataclasses import replace

from compression.models.compressed import Compressed
from compression.pipeline import context_of
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.begin import begin, mask_of
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.noise import promising
from compression.techniques.work import technique


def stood_before(subject: Subject, recipe: Recipe) -> Compressed:
    """What the recipe's last step is given: other trainings left out, federated ones as they begin."""
    made = subject.original
    for count, step in enumerate(recipe.steps[:-1], start=1):
        if isinstance(step, Federate):
            made = as_begun(made, step, recipe.seed)
        elif step.begins_a_network:
            made = subject.original  # a network without the zeros that stood before
        elif (left := step.untrained()) is not None:
            shorter = Recipe(
                model=recipe.model, steps=(*recipe.steps[: count - 1], left), seed=recipe.seed
            )
            made = technique(left)(made, left, context_of(subject, shorter))
        if step.is_trained and not isinstance(step, Federate):
            made = replace(made, epsilon=None)
    return made


def as_begun(before: Compressed, step: Federate, seed: int) -> Compressed:
    """A federated training's network before its first round, with what the training will promise."""
    given = begin(before, step, seed)
    layout = Layout(given.module)
    row, mask = layout.row(given.module), mask_of(before.module, layout)
    if mask is not None:
        module = copy.deepcopy(given.module)
        layout.load(module, row * mask)
        given = given.with_module(module)
    return promising(given, before, step, by_zeros=mask is not None)
