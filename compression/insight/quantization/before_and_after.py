"""A quantized model beside what it was before: the same layers, folded and equalized, in floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from compression import pipeline
from compression.encoding.formats import Grid
from compression.errors import UsageError, unknown
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe, canonical_json, recipe_from_dict
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.shared.layerwise import Layer, layers


@dataclass(frozen=True, eq=False)
class Pair:
    """``before`` is what the last step of ``recipe`` was given, ``after`` what it made of it.

    Training takes minutes, so a step that trains is looked at as it is before its training.
    """

    recipe: Recipe
    step: Quantize
    before: Compressed
    after: Compressed

    @property
    def layers(self) -> list[Layer]:
        """The layers before, in order."""
        return layers(self.before.module)

    def layer(self, name: str) -> Layer:
        """The layer of that name, before; UsageError if there is none."""
        found = {layer.name: layer for layer in self.layers}
        if name not in found:
            raise unknown("layer", name, found)
        return found[name]

    def matrices(self, name: str) -> tuple[Tensor, Tensor]:
        """A weight before and after, each [rows, inputs]."""
        before = self.before.module.get_parameter(name).detach()
        after = self.after.module.get_parameter(name).detach()
        return before.flatten(1), after.flatten(1)

    def grid(self, name: str) -> Grid:
        found = self.after.formats.get(name)
        if not isinstance(found, Grid):
            raise UsageError(f"{name} is not quantized by this recipe: choose another layer.")
        return found


def pair(recipe: Mapping[str, Any]) -> Pair:
    """The models before and after a recipe's last step, which must be a quantization."""
    return _pair(canonical_json(recipe_from_dict(recipe).model_dump()))


def calibration(pair: Pair) -> Tensor:
    images = pipeline.original(pair.recipe.model).data.calibration.inputs
    return torch.from_numpy(images)[: pair.step.images]


@lru_cache(maxsize=4)
def _pair(recipe_json: str) -> Pair:
    recipe = Recipe.model_validate_json(recipe_json)
    step = recipe.steps[-1] if recipe.steps else None
    if not isinstance(step, Quantize):
        raise UsageError("Only a recipe that ends with quantize has a number line to look at.")
    if step.is_trained:
        step = step.model_copy(update={"method": "refit", "epochs": Quantize().epochs})
        recipe = recipe.model_copy(update={"steps": (*recipe.steps[:-1], step)})
    start = recipe.model_copy(update={"steps": recipe.steps[:-1]})
    before = fold_batch_norm(pipeline.compress(start))
    if step.equalize == "on":
        from compression.techniques.quantization.equalization import equalize

        before = equalize(before)
    return Pair(recipe, step, before, pipeline.compress(recipe))
