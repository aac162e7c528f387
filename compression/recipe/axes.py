"""A sweep's space as a search sees it: one axis for each free knob, and where on each a recipe stands. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compression.recipe.recipe import Recipe
from compression.recipe.space import Space, StepSpace
from compression.recipe.step_texts import make_step, only_effective
from compression.techniques.step import Step

Place = tuple[int, ...]
"""For each axis the position of a value among those that its knob may take."""


@dataclass(frozen=True)
class Axis:
    """A free knob of one of the steps."""

    step: int
    knob: str
    values: tuple[Any, ...]
    is_ordered: bool
    """Numbers from low to high, so that neighbours are alike; else names."""


class Axes:
    """The axes of a space. Knobs without effect stand at the first position, so that no setting has two places."""

    def __init__(self, space: Space) -> None:
        self._space = space

    @cached_property
    def all(self) -> tuple[Axis, ...]:
        return tuple(
            Axis(index, name, values, _is_ordered(values))
            for index, step in enumerate(self._space.steps)
            for name, values in step.values.items()
            if len(values) > 1
        )

    def recipes(self, place: Place) -> tuple[Recipe, ...]:
        """Those that stand there, one for each seed; UsageError where the knobs don't go together."""
        settings: list[dict[str, Any]] = [
            {name: values[0] for name, values in step.values.items()} for step in self._space.steps
        ]
        for axis, position in zip(self.all, place, strict=True):
            settings[axis.step][axis.knob] = axis.values[position]
        return self._space.with_seeds(
            tuple(
                make_step(step.technique, only_effective(step.technique, setting))
                for step, setting in zip(self._space.steps, settings, strict=True)
            )
        )

    def canonical(self, place: Place) -> Place:
        """The same setting's only place; UsageError where its knobs don't go together."""
        return self._place(self.recipes(place)[0].steps)

    def place(self, recipe: Recipe) -> Place | None:
        """Where a recipe stands; None where it isn't in the space."""
        steps, spaces = recipe.steps, self._space.steps
        if recipe.model != self._space.model or recipe.seed not in self._space.seeds:
            return None
        if [type(step) for step in steps] != [space.technique for space in spaces]:
            return None
        if not all(_holds(space, step) for space, step in zip(spaces, steps, strict=True)):
            return None
        return self._place(steps)

    def _place(self, steps: Sequence[Step]) -> Place:
        return tuple(self._position(axis, steps[axis.step]) for axis in self.all)

    def _position(self, axis: Axis, step: Step) -> int:
        counts = only_effective(type(step), step.model_dump())
        return axis.values.index(getattr(step, axis.knob)) if axis.knob in counts else 0


def _is_ordered(values: Sequence[Any]) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _holds(space: StepSpace, step: Step) -> bool:
    """Whether each knob that counts has one of the values that the space gives it."""
    counts = only_effective(space.technique, step.model_dump())
    return all(value in space.values[name] for name, value in counts.items())
