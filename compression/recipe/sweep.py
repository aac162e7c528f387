"""A sweep is a recipe with free knobs: it yields recipes, coarse first. Torch-free.

Sweep.parse("fashion-mnist/lenet5", ["quantize:bits=2..8", "prune:sparsity=0|0.5|0.9"])
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compression.errors import UsageError, unknown
from compression.recipe.recipe import (
    MAX_STEPS,
    Recipe,
    canonical_json,
    format_step,
    make_step,
    only_effective,
    split_step,
)
from compression.techniques.step import Knob, Step, evenly_spaced

MAX_RECIPES = 10_000
RANGE = ".."
CHOICE = "|"


class Sweep(BaseModel):
    """A model, steps in which some knobs are free, and a seed. Several free knobs are a grid.

    A step is a text like ``quantize:bits=2..8,per=channel|tensor``; a range may be open at either
    end. ``points`` is how many values a range gives; without it, the knob's own step.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    steps: tuple[str, ...] = Field(min_length=1, max_length=MAX_STEPS)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    points: int | None = Field(default=None, ge=1, le=MAX_RECIPES)
    seeds: tuple[int, ...] = ()
    """Each recipe with each of these, in the place of ``seed``; empty for that one alone."""

    @classmethod
    def parse(
        cls,
        model: str,
        steps: Sequence[str | Step],
        *,
        points: int | None = None,
        seed: int = 0,
        seeds: Sequence[int] = (),
    ) -> Sweep:
        """A sweep that is known to be possible; UsageError in one sentence if it can't be."""
        texts = [step if isinstance(step, str) else format_step(step) for step in steps]
        try:
            sweep = cls(
                model=model, steps=tuple(texts), points=points, seed=seed, seeds=tuple(seeds)
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise UsageError(
                f"The sweep's {first['loc'][0]} can't be {str(first['input'])[:40]}: "
                f"{first['msg'].lower()}."
            ) from None
        for one in sweep._seeds:
            Recipe.build(model, seed=one)
        sweep._check()
        return sweep

    @classmethod
    def of_knob(cls, recipe: Recipe, index: int, knob: str, *, points: int | None = None) -> Sweep:
        """The recipe with one knob of one step set free over its whole range."""
        steps = [format_step(step) for step in recipe.steps]
        fixed = _without(recipe.steps[index], knob)
        steps[index] = f"{fixed}{',' if ':' in fixed else ':'}{knob}={RANGE}"
        return cls.parse(recipe.model, steps, points=points, seed=recipe.seed)

    def __len__(self) -> int:
        return math.prod(len(variants) for variants in self._variants) * len(self._seeds)

    def recipes(self) -> tuple[Recipe, ...]:
        """The grid, the first step's first knob slowest, the seeds fastest."""
        return tuple(
            Recipe(model=self.model, steps=steps, seed=seed)
            for steps in itertools.product(*self._variants)
            for seed in self._seeds
        )

    @property
    def _seeds(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.seeds)) or (self.seed,)

    @cached_property
    def key(self) -> str:
        """16 hex digits, equal for sweeps of equal recipes, whatever way they are written."""
        axes = [[index, name, list(options)] for (index, name), options in self._axes]
        base = Recipe(model=self.model, seed=self._seeds[0]).key
        techniques = [split_step(step)[0].technique for step in self.steps]
        asked = [base, techniques, axes, *([list(self._seeds)] if len(self._seeds) > 1 else [])]
        return hashlib.sha256(canonical_json(asked).encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The sweep in one line, for tables."""
        return " ".join((self.model, *self.steps))

    @cached_property
    def _axes(self) -> list[tuple[tuple[int, str], tuple[Any, ...]]]:
        """Every knob of every step with the values it takes, defaults included."""
        axes = []
        for index, text in enumerate(self.steps):
            technique, given = split_step(text)
            knobs = {knob.name: knob for knob in technique.knobs()}
            for name in given:
                if name not in knobs:
                    raise unknown(f"knob of {technique.technique}", name, knobs)
            for knob in knobs.values():
                options = _options(text, knob, given.get(knob.name), self.points)
                axes.append(((index, knob.name), options))
        return axes

    @cached_property
    def _variants(self) -> list[list[Step]]:
        """The grid of each step on its own."""
        return [self._variants_of(index) for index in range(len(self.steps))]

    def _variants_of(self, index: int) -> list[Step]:
        """Knobs without effect beside the others keep their default, so no step comes twice.

        A knob that is named but has no effect anywhere is refused as it is in a single step.
        """
        technique, given = split_step(self.steps[index])
        mine = {name: options for (step, name), options in self._axes if step == index}
        asked = [
            dict(zip(mine, values, strict=True)) for values in itertools.product(*mine.values())
        ]
        counting = [only_effective(technique, values) for values in asked]
        for knob in technique.knobs():
            is_idle = not any(knob.name in values for values in counting)
            if knob.name in given and is_idle and mine[knob.name] != (knob.default,):
                raise UsageError(
                    f"{technique.technique} can't sweep {knob.name}: it only counts with "
                    f"{knob.needs}; leave it out."
                )
        steps = {format_step(step): step for v in counting for step in (make_step(technique, v),)}
        return list(steps.values())

    def _check(self) -> None:
        largest = math.prod(len(options) for _, options in self._axes) * len(self._seeds)
        if largest > MAX_RECIPES:
            raise UsageError(
                f"The sweep has {largest:,} recipes, more than {MAX_RECIPES:,}: "
                "free fewer knobs, narrow a range, or give fewer points."
            )
        _ = self._variants


def coarse_first(count: int) -> list[int]:
    """The indices 0..count-1 so that each prefix covers the whole range: 0 4 2 6 1 5 3 7."""
    bits = max(1, (count - 1).bit_length())
    return [
        index
        for position in range(2**bits)
        if (index := int(f"{position:0{bits}b}"[::-1], 2)) < count
    ]


def _options(text: str, knob: Knob, value: str | None, points: int | None) -> tuple[Any, ...]:
    if value is None:
        return (knob.default,)
    if CHOICE in value:
        parts = [part.strip() for part in value.split(CHOICE)]
        if not all(parts):
            raise UsageError(f"{text[:80]!r} is malformed at {value[:40]!r}: write a|b|c.")
        return tuple(dict.fromkeys(_value(knob, part) for part in parts))
    if RANGE not in value:
        return (_value(knob, value),)
    if knob.choices or knob.is_text:
        if knob.choices and value.strip() == RANGE:
            return knob.choices
        raise UsageError(f"{knob.name} has no range {value[:40]}: it is {knob.allowed}.")
    return _range(text, knob, value, points)


def _range(text: str, knob: Knob, value: str, points: int | None) -> tuple[Any, ...]:
    """From end to end: the listed values in between where a knob has such, else evenly spaced ones."""
    assert knob.low is not None and knob.high is not None
    first, _, last = (part.strip() for part in value.partition(RANGE))
    low, high = _number(knob, first or f"{knob.low:g}"), _number(knob, last or f"{knob.high:g}")
    if low > high:
        raise UsageError(
            f"{text[:80]!r} is malformed at {value[:40]!r}: write the lower end first."
        )
    if not knob.values:
        assert knob.step is not None
        count = points or round((high - low) / knob.step) + 1
        return evenly_spaced(low, high, count, integer=knob.is_integer)
    listed = [number for number in knob.values if low <= number <= high]
    if not listed:
        raise UsageError(f"{knob.name}={value[:40]} holds no value: {knob.name} is {knob.allowed}.")
    if points is None or points >= len(listed):
        return tuple(listed)
    places = evenly_spaced(0, len(listed) - 1, points, integer=True)
    return tuple(listed[place] for place in places)


def _value(knob: Knob, text: str) -> Any:
    """The text as this knob's kind of value; a choice or a text is checked when the step is made."""
    if knob.choices or knob.is_text:
        return text
    number = _number(knob, text)
    if not knob.values:
        return number
    if number not in knob.values:
        raise UsageError(f"{knob.name}={text[:40]} can't be: {knob.name} must be {knob.allowed}.")
    return knob.values[knob.values.index(number)]


def _number(knob: Knob, text: str) -> Any:
    try:
        number = int(text) if knob.is_integer else float(text)
    except ValueError:
        number = math.nan
    assert knob.low is not None and knob.high is not None
    if not knob.low <= number <= knob.high:
        raise UsageError(f"{knob.name}={text[:40]} can't be: {knob.name} must be {knob.allowed}.")
    return number


def _without(step: Step, knob: str) -> str:
    """The step's text with one knob left out."""
    name, _, knobs = format_step(step).partition(":")
    kept = [part for part in knobs.split(",") if part and part.partition("=")[0] != knob]
    return name + (":" + ",".join(kept) if kept else "")
