"""A sweep is a recipe with free knobs, and a sampler that says which of its recipes are measured. Torch-free.

Sweep.parse("fashion-mnist/lenet5", ["quantize:bits=2..8", "prune:sparsity=0|0.5|0.9"])
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from compression.errors import UsageError, unknown
from compression.recipe.axes import Axes
from compression.recipe.goal import Goal
from compression.recipe.options import RANGE
from compression.recipe.proposals import Propose, propose
from compression.recipe.recipe import MAX_STEPS, Recipe, canonical_json
from compression.recipe.sampler import MAX_RECIPES, Sampler
from compression.recipe.samplers import SAMPLERS, SEARCHES, is_search
from compression.recipe.space import Space
from compression.recipe.step_texts import format_step
from compression.techniques.step import Step

GRID = "grid"
LATER = {"distill": ("bits", "views", "trained_on"), "quantize": ("trained_on",)}
"""Knobs that came when sweeps had been stored: at their default they are no part of a key, so that those are known."""


class Sweep(BaseModel):
    """A model, steps in which some knobs are free, and a seed. Several free knobs are a grid.

    A step is a text like ``quantize:bits=2..8,per=channel|tensor``; a range may be open at either
    end. ``points`` is how many values a range of the grid gives, without it the knob's own steps; of another
    sampler it is how many recipes it asks for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    steps: tuple[str, ...] = Field(min_length=1, max_length=MAX_STEPS)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    points: int | None = Field(default=None, ge=1, le=MAX_RECIPES)
    seeds: tuple[int, ...] = ()
    """Each recipe with each of these, in the place of ``seed``; empty for that one alone."""
    sampler: str = GRID
    goal: Goal | None = None
    """What a search is after; a grid and a random sweep have none."""
    warm: bool = False
    """Whether a search begins from points that are known, named in ``known`` when it is first started."""
    known: tuple[str, ...] = ()

    @field_validator("sampler")
    @classmethod
    def _known_sampler(cls, sampler: str) -> str:
        if sampler not in SAMPLERS:
            raise unknown("sampler", sampler, SAMPLERS)
        return sampler

    @classmethod
    def parse(
        cls,
        model: str,
        steps: Sequence[str | Step],
        *,
        points: int | None = None,
        seed: int = 0,
        seeds: Sequence[int] = (),
        sampler: str = GRID,
        goal: Goal | None = None,
        warm: bool = False,
    ) -> Sweep:
        """A sweep that is known to be possible; UsageError in one sentence if it can't be."""
        texts = [step if isinstance(step, str) else format_step(step) for step in steps]
        if points is not None and points < 1:
            raise UsageError(
                f"A sweep of {points} points can't be: ask for at least 1; a grid without a number takes every step."
            )
        try:
            sweep = cls(
                model=model, steps=tuple(texts), points=points, seed=seed, seeds=tuple(seeds),
                sampler=sampler, goal=goal, warm=warm,
            )  # fmt: skip
        except ValidationError as error:
            first = error.errors()[0]
            raise UsageError(
                f"The sweep's {first['loc'][0]} can't be {str(first['input'])[:40]}: "
                f"{first['msg'].lower()}."
            ) from None
        for one in sweep._seeds:
            Recipe.build(model, seed=one)
        if (goal or warm) and not sweep.is_search:
            raise UsageError(
                f"Objectives, limits and known points steer a search, and {sampler} is none: take one of "
                f"{', '.join(SEARCHES)}, or ask `front` afterwards."
            )
        sweep.new_sampler().check()
        return sweep

    @classmethod
    def of_knob(cls, recipe: Recipe, index: int, knob: str, *, points: int | None = None) -> Sweep:
        """The recipe with one knob of one step set free over its whole range."""
        steps = [format_step(step) for step in recipe.steps]
        fixed = _without(recipe.steps[index], knob)
        steps[index] = f"{fixed}{',' if ':' in fixed else ':'}{knob}={RANGE}"
        return cls.parse(recipe.model, steps, points=points, seed=recipe.seed)

    def __len__(self) -> int:
        return len(self.new_sampler())

    def recipes(self) -> tuple[Recipe, ...]:
        """What its sampler asks for before it is told anything: a grid's first knob slowest, the seeds fastest."""
        return self.new_sampler().ask()

    def new_sampler(self, propose: Propose = propose) -> Sampler:
        """Its sampler at the beginning; ``propose`` tells a search where to look."""
        return SAMPLERS[self.sampler](self._space, self.points, self.goal, propose)

    def holds(self, recipe: Recipe) -> bool:
        """Whether it might ask for this recipe."""
        return Axes(self._space).place(recipe) is not None

    @property
    def axes(self) -> Axes:
        """Its free knobs, and where on them a recipe stands."""
        return Axes(self._space)

    def spans_same(self, other: Sweep) -> bool:
        """Whether both choose among the same settings of the same model, whatever they look for and however."""
        return self.model == other.model and self._space.steps == other._space.steps

    @property
    def is_search(self) -> bool:
        """Whether what it asks for follows from what was measured."""
        return is_search(self.sampler)

    @cached_property
    def key(self) -> str:
        """16 hex digits, equal for sweeps of equal recipes, whatever way they are written."""
        axes = [
            [index, name, list(values)]
            for index, step in enumerate(self._space.steps)
            for name, values in step.options.items()
            if not _came_later(step.technique, name, values)
        ]
        base = Recipe(model=self.model, seed=self._seeds[0]).key
        techniques = [step.technique.technique for step in self._space.steps]
        asked = [base, techniques, axes, *([list(self._seeds)] if len(self._seeds) > 1 else [])]
        if self.sampler != GRID:
            asked.append([self.sampler, self.points])
        if self.goal is not None:
            asked.append([self.goal.model_dump(), self.warm])
        return hashlib.sha256(canonical_json(asked).encode()).hexdigest()[:16]

    @property
    def _seeds(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.seeds)) or (self.seed,)

    @cached_property
    def _space(self) -> Space:
        spacing = SAMPLERS[self.sampler].spacing(self.points)
        return Space.parse(self.model, self.steps, self._seeds, spacing)


def coarse_first(count: int) -> list[int]:
    """The indices 0..count-1 so that each prefix covers the whole range: 0 4 2 6 1 5 3 7."""
    bits = max(1, (count - 1).bit_length())
    return [
        index
        for position in range(2**bits)
        if (index := int(f"{position:0{bits}b}"[::-1], 2)) < count
    ]


def _came_later(technique: type[Step], knob: str, values: Sequence[object]) -> bool:
    return knob in LATER.get(technique.technique, ()) and list(values) == [
        technique.model_fields[knob].default
    ]


def _without(step: Step, knob: str) -> str:
    """The step's text with one knob left out."""
    name, _, knobs = format_step(step).partition(":")
    kept = [part for part in knobs.split(",") if part and part.partition("=")[0] != knob]
    return name + (":" + ",".join(kept) if kept else "")
