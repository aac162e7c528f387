"""The samplers there are, by the names that users give. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping

from compression.recipe.listed import GridSampler, RandomSampler
from compression.recipe.sampler import Sampler
from compression.recipe.search import (
    GaussianProcessSampler,
    NSGA2Sampler,
    SearchSampler,
    TPESampler,
)

SAMPLERS: Mapping[str, type[Sampler]] = {
    "grid": GridSampler,
    "random": RandomSampler,
    "nsga2": NSGA2Sampler,
    "tpe": TPESampler,
    "gp": GaussianProcessSampler,
}


def is_search(name: str) -> bool:
    """Whether what it asks for follows from what was measured."""
    return name in SAMPLERS and issubclass(SAMPLERS[name], SearchSampler)


SEARCHES = tuple(filter(is_search, SAMPLERS))
