"""The toy panel's question: how many different numbers are each layer's weights?"""

from __future__ import annotations

import torch

from compression import pipeline
from compression.models.compressed import weight_names
from compression.recipe import Recipe
from compression.subjects import Subject


def distinct_values(subject: Subject, recipe: Recipe) -> dict[str, int]:
    module = pipeline.compress(subject, recipe).module
    return {name: len(torch.unique(module.get_parameter(name))) for name in weight_names(module)}
