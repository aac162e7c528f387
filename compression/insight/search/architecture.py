"""The network that a recipe ends in as an architecture alone: its shapes, with weights that were never trained."""

from __future__ import annotations

import copy

import torch
from torch import nn

from compression import pipeline
from compression.recipe import Recipe
from compression.subjects import Subject


def member(subject: Subject, recipe: Recipe) -> nn.Module:
    """The network as its steps leave it, its batch norms still there; for the caller alone."""
    further = Recipe.build(recipe.model, [*recipe.steps, "quantize"], recipe.seed)
    return copy.deepcopy(pipeline.before_last_step(subject, further).module)


def as_new(module: nn.Module, seed: int) -> nn.Module:
    """The same architecture with weights as its layers are made; equal seeds give equal ones."""
    made = copy.deepcopy(module)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer in made.modules():
            if callable(reset := getattr(layer, "reset_parameters", None)):
                reset()
    return made.requires_grad_(True)
