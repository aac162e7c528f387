"""The settings that a sweep's free knobs span: counted, listed, or picked by number. Torch-free."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compression.errors import UsageError, unknown
from compression.recipe.options import Spacing, options
from compression.recipe.recipe import Recipe
from compression.recipe.step_texts import make_step, only_effective, split_step
from compression.techniques.step import Knob, Step


@dataclass(frozen=True)
class _Block:
    """Settings of one step in which the same knobs have an effect."""

    fixed: Mapping[str, Any]
    free: Mapping[str, tuple[Any, ...]]

    @cached_property
    def count(self) -> int:
        return math.prod(map(len, self.free.values()))

    def setting(self, number: int) -> dict[str, Any]:
        values = dict(self.fixed)
        for name, choices in self.free.items():
            number, place = divmod(number, len(choices))
            values[name] = choices[place]
        return values


@dataclass(frozen=True)
class StepSpace:
    """The settings of one step. Knobs without effect beside the others keep their default, so none comes twice."""

    technique: type[Step]
    options: Mapping[str, tuple[Any, ...]]
    """Every knob with the values it takes, as they are written; defaults included."""
    named: frozenset[str]
    """The knobs that the step's text names."""

    @classmethod
    def parse(cls, text: str, spacing: Spacing) -> StepSpace:
        technique, given = split_step(text)
        knobs = {knob.name: knob for knob in technique.knobs()}
        for name in given:
            if name not in knobs:
                raise unknown(f"knob of {technique.technique}", name, knobs)
        values = {name: options(text, k, given.get(name), spacing) for name, k in knobs.items()}
        return cls(technique, values, frozenset(given))

    @cached_property
    def count(self) -> int:
        """How many there are, those included whose knobs don't go together."""
        return sum(block.count for block in self._blocks)

    def step(self, number: int) -> Step:
        """One of ``count``; UsageError where its knobs don't go together."""
        return make_step(self.technique, self._setting(number))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All of them, the first knob slowest; UsageError where any two knobs don't go together."""
        settings = sorted(map(self._setting, range(self.count)), key=self._place)
        return tuple(make_step(self.technique, setting) for setting in settings)

    def check(self) -> None:
        """UsageError where a knob that is named has no effect anywhere, as in a single step."""
        counting = {name for block in self._blocks for name in (*block.fixed, *block.free)}
        for knob in self.technique.knobs():
            is_moved = knob.name in self.named and self.options[knob.name] != (knob.default,)
            if is_moved and knob.name not in counting:
                raise UsageError(
                    f"{self.technique.technique} can't sweep {knob.name}: it only counts with "
                    f"{knob.needs}; leave it out."
                )

    @cached_property
    def _blocks(self) -> tuple[_Block, ...]:
        """One for each setting of the knobs that decide which others have an effect."""
        deciding = [n for n in self.values if any(n in k.when for k in self.technique.knobs())]
        usual = {name: values[0] for name, values in self.values.items()}
        blocks: dict[tuple[Any, ...], _Block] = {}
        for chosen in itertools.product(*(self.values[name] for name in deciding)):
            setting = {**usual, **dict(zip(deciding, chosen, strict=True))}
            counting = only_effective(self.technique, setting)
            fixed = {name: value for name, value in counting.items() if name in deciding}
            free = {name: self.values[name] for name in counting if name not in deciding}
            blocks.setdefault(tuple(fixed.items()), _Block(fixed, free))
        return tuple(blocks.values())

    @cached_property
    def values(self) -> dict[str, tuple[Any, ...]]:
        """The options as a step holds them: equal texts may be written in several ways."""
        knobs = {knob.name: knob for knob in self.technique.knobs()}
        return {name: self._held(knobs[name], written) for name, written in self.options.items()}

    def _held(self, knob: Knob, written: tuple[Any, ...]) -> tuple[Any, ...]:
        if knob.name not in self.named or not (knob.choices or knob.is_text):
            return written
        with_effect = {name: values[0] for name, values in knob.when.items()}
        steps = (make_step(self.technique, {**with_effect, knob.name: one}) for one in written)
        return tuple(dict.fromkeys(getattr(step, knob.name) for step in steps))

    def _setting(self, number: int) -> dict[str, Any]:
        for block in self._blocks:
            if number < block.count:
                return block.setting(number)
            number -= block.count
        raise IndexError(number)

    def _place(self, setting: Mapping[str, Any]) -> tuple[int, ...]:
        return tuple(
            values.index(setting[name]) if name in setting else 0
            for name, values in self.values.items()
        )


@dataclass(frozen=True)
class Space:
    """All recipes of some steps with free knobs; each setting of the knobs with each of the seeds."""

    model: str
    steps: tuple[StepSpace, ...]
    seeds: tuple[int, ...]

    @classmethod
    def parse(
        cls, model: str, steps: Sequence[str], seeds: tuple[int, ...], spacing: Spacing
    ) -> Space:
        return cls(model, tuple(StepSpace.parse(text, spacing) for text in steps), seeds)

    @property
    def settings(self) -> int:
        """How many there are of all steps together; it may be astronomical."""
        return math.prod(step.count for step in self.steps)

    @property
    def grid_points(self) -> int:
        """The product of all knobs' values: at least as many as there are recipes, and known at once."""
        values = (len(options) for step in self.steps for options in step.options.values())
        return math.prod(values) * len(self.seeds)

    def setting(self, number: int) -> tuple[Recipe, ...]:
        """The recipes of one of the settings, one for each seed; UsageError where its knobs don't go together."""
        steps = []
        for space in self.steps:
            number, place = divmod(number, space.count)
            steps.append(space.step(place))
        return self.with_seeds(tuple(steps))

    def all(self) -> tuple[Recipe, ...]:
        """The first step's first knob slowest, the seeds fastest."""
        every = itertools.product(*(space.steps for space in self.steps))
        return tuple(recipe for steps in every for recipe in self.with_seeds(steps))

    def check(self) -> None:
        for step in self.steps:
            step.check()

    def with_seeds(self, steps: tuple[Step, ...]) -> tuple[Recipe, ...]:
        """The recipes of these steps, one for each seed."""
        return tuple(Recipe(model=self.model, steps=steps, seed=seed) for seed in self.seeds)
