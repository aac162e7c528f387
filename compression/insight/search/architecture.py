"""The network that a recipe ends in as an architecture alone: its shapes, with weights that were never trained."""

from __future__ import annotations

import copy

import torch
from torch import nn

from compression import pipeline
from compression.models import untrained
from compression.models.compressed import Compressed
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.work import technique


def member(subject: Subject, recipe: Recipe) -> nn.Module:
    """The network as its steps leave it, its batch norms still there; for the caller alone. A student, which only the
    first step may begin, is built and not trained."""
    if recipe.steps and recipe.steps[0].begins_a_network:
        return _of_student(subject, recipe)
    further = Recipe.build(recipe.model, [*recipe.steps, "quantize"], recipe.seed)
    return copy.deepcopy(pipeline.before_last_step(subject, further).module)


def _of_student(subject: Subject, recipe: Recipe) -> nn.Module:
    name = getattr(recipe.steps[0], "student", "")
    made = Compressed(subject.card, untrained(subject.card, name), student=name)
    for count, step in enumerate(recipe.steps[1:], start=2):
        shorter = Recipe(model=recipe.model, steps=recipe.steps[:count], seed=recipe.seed)
        made = technique(step)(made, step, pipeline.context_of(subject, shorter))
    return made.module


def as_new(module: nn.Module, seed: int) -> nn.Module:
    """The same architecture with weights as its layers are made; equal seeds give equal ones."""
    made = copy.deepcopy(module)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer in made.modules():
            if callable(reset := getattr(layer, "reset_parameters", None)):
                reset()
    return made.requires_grad_(True)
