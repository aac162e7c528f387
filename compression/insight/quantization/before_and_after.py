"""A quantized model beside what it was before: the same layers, folded and equalized, in floats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from torch import Tensor

from compression import pipeline
from compression.encoding.formats import Grid
from compression.errors import UsageError, unknown
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.shared.layerwise import Layer, layers
from compression.techniques.shared.positions import looking_at


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """``before`` is what the last step of ``recipe`` was given, ``after`` what it made of it.

    Training takes minutes, so a step that trains is looked at as it is before its training.
    """

    subject: Subject
    recipe: Recipe
    step: Quantize
    before: Compressed
    after: Compressed

    @cached_property
    def calibration(self) -> Tensor:
        """The inputs that the step looks at."""
        context = pipeline.context_of(self.subject, self.recipe)
        return looking_at(context, self.before.module, self.step.images).calibration

    @property
    def layers(self) -> list[Layer]:
        """The layers before, in order."""
        return layers(self.before.module)

    def layer(self, name: str) -> Layer:
        """The layer of that name, before; UsageError if there is none."""
        by_name = {layer.name: layer for layer in self.layers}
        if name not in by_name:
            raise unknown("layer", name, by_name)
        return by_name[name]

    def matrices(self, name: str) -> tuple[Tensor, Tensor]:
        """A weight before and after, each [rows, inputs]."""
        before = self.before.module.get_parameter(name).detach()
        after = self.after.module.get_parameter(name).detach()
        return before.flatten(1), after.flatten(1)

    def grid(self, name: str) -> Grid:
        number_format = self.after.formats.get(name)
        if not isinstance(number_format, Grid):
            raise UsageError(f"{name} is not quantized by this recipe: choose another layer.")
        return number_format


@lru_cache(maxsize=4)
def pair(subject: Subject, recipe: Recipe) -> BeforeAfter:
    """The models before and after a recipe's last step, which must be a quantization."""
    step = recipe.steps[-1] if recipe.steps else None
    if not isinstance(step, Quantize):
        raise UsageError("Only a recipe that ends with quantize has a number line to look at.")
    if step.is_trained:
        step = step.model_copy(update={"method": "refit", "epochs": Quantize().epochs})
        recipe = recipe.model_copy(update={"steps": (*recipe.steps[:-1], step)})
    before = fold_batch_norm(pipeline.before_last_step(subject, recipe))
    if step.equalize == "on":
        from compression.techniques.quantization.equalization import equalize

        before = equalize(before)
    return BeforeAfter(subject, recipe, step, before, pipeline.compress(subject, recipe))
