"""What is asked: a recipe, and the sweeps made of recipes. Torch-free."""

from __future__ import annotations

from compression.recipe.architecture import shaping
from compression.recipe.recipe import (
    MAX_STEPS,
    MEASURING_VERSION,
    Recipe,
    canonical_json,
    recipe_from_dict,
)
from compression.recipe.step_texts import (
    format_step,
    make_step,
    only_effective,
    parse_step,
    split_step,
    step_to_dict,
    step_words,
)

__all__ = [
    "MAX_STEPS",
    "MEASURING_VERSION",
    "Recipe",
    "canonical_json",
    "format_step",
    "make_step",
    "only_effective",
    "parse_step",
    "recipe_from_dict",
    "shaping",
    "split_step",
    "step_to_dict",
    "step_words",
]
