"""The chain of steps that a page asks for, as its form holds it: each step with where its knobs stand. A pure value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compression.errors import UsageError
from compression.models.catalogue import ModelCard
from compression.recipe import Recipe, make_step, only_effective
from compression.techniques.step import Step


@dataclass(frozen=True)
class Stand:
    """One step of a chain: its technique, and where all its knobs stand, those without an effect too."""

    technique: type[Step]
    values: Mapping[str, Any]

    @classmethod
    def usual(cls, technique: type[Step]) -> Stand:
        return cls(technique, {knob.name: knob.default for knob in technique.knobs()})

    @classmethod
    def of(cls, step: Step) -> Stand:
        return cls(type(step), step.model_dump())

    @property
    def effective(self) -> dict[str, Any]:
        """The knobs that have an effect now."""
        return only_effective(self.technique, self.values)

    @property
    def step(self) -> Step:
        """UsageError where the knobs don't go together."""
        return make_step(self.technique, self.effective)

    @property
    def is_possible(self) -> bool:
        """Whether the knobs go together."""
        try:
            return bool(self.step)
        except UsageError:
            return False

    @property
    def words(self) -> str:
        """What the step mainly does; the technique's name where it can't be done."""
        try:
            return self.step.describe().partition(";")[0]
        except UsageError:
            return self.technique.label


@dataclass(frozen=True)
class Chain:
    """The steps in their order, of which one is in the form, and the seed."""

    stands: tuple[Stand, ...]
    at: int = 0
    """Which step's knobs the form shows."""
    seed: int = 0

    @classmethod
    def of(cls, recipe: Recipe, technique: type[Step]) -> Chain:
        """A recipe's, with the last step of that technique in the form; the last of all where there is none."""
        stands = tuple(Stand.of(step) for step in recipe.steps)
        return cls(stands, last_of(stands, technique), recipe.seed)

    @property
    def selected(self) -> Stand:
        return self.stands[self.at]

    @property
    def techniques(self) -> tuple[str, ...]:
        return tuple(stand.technique.technique for stand in self.stands)

    def fits(self, model: ModelCard) -> bool:
        """Whether all steps can be done to a model."""
        return not any(stand.technique.unfit(model) for stand in self.stands)

    @property
    def others(self) -> tuple[Step, ...]:
        """The steps that are not in the form; UsageError where one can't be."""
        return tuple(stand.step for n, stand in enumerate(self.stands) if n != self.at)

    def recipe(self, model: str) -> Recipe:
        """UsageError where it can't be."""
        return Recipe.build(model, [stand.step for stand in self.stands], self.seed)

    def moved(self, values: Mapping[str, Any]) -> Chain:
        """With other values of knobs of the step in the form; names that it has not are left out.

        What no form shows goes back to its default where only that makes the others possible.
        """
        stand = self.selected
        known = {name: value for name, value in values.items() if name in stand.values}
        moved = replace(stand, values={**stand.values, **known})
        shown = _without_unseen(moved)
        possible = moved if moved.is_possible or not shown.is_possible else shown
        return self._with(self.at, possible)

    def for_another_model(self) -> Chain:
        """Without what means something for one model only: the knobs that no form shows."""
        stands = (_without_unseen(stand) for stand in self.stands)
        return replace(self, stands=tuple(stands))

    def select(self, at: int) -> Chain:
        return replace(self, at=at)

    def added(self, technique: type[Step]) -> Chain:
        """One more step, which goes into the form: at the end, or where it can't stand elsewhere at the beginning."""
        at = 0 if technique.is_first else len(self.stands)
        stands = (*self.stands[:at], Stand.usual(technique), *self.stands[at:])
        return replace(self, stands=stands, at=at)

    def removed(self) -> Chain:
        """Without the step in the form; the one before it follows there."""
        stands = (*self.stands[: self.at], *self.stands[self.at + 1 :])
        return replace(self, stands=stands, at=max(0, self.at - 1))

    def shifted(self, by: int) -> Chain:
        """The step in the form comes so many places later, as far as there are places."""
        to = min(max(self.at + by, 0), len(self.stands) - 1)
        stands = list(self.stands)
        stands.insert(to, stands.pop(self.at))
        return replace(self, stands=tuple(stands), at=to)

    def _with(self, at: int, stand: Stand) -> Chain:
        return replace(self, stands=(*self.stands[:at], stand, *self.stands[at + 1 :]))


def last_of(stands: tuple[Stand, ...], technique: type[Step]) -> int:
    """Where the last step of a technique is; the last of all where there is none."""
    places = [n for n, stand in enumerate(stands) if stand.technique is technique]
    return places[-1] if places else len(stands) - 1


def _without_unseen(stand: Stand) -> Stand:
    unseen = {knob.name: knob.default for knob in stand.technique.knobs() if not knob.form}
    return replace(stand, values={**stand.values, **unseen})
