"""Several recipes side by side, step by step and knob by knob: which settings are the same, and which aren't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from compression.recipe import Recipe
from compression.techniques.step import Knob, Step

Slot = tuple[Step | None, ...]
"""A place in the order of steps: what stands there in each recipe, None where it has no such step."""

SEED = "Seed"


@dataclass(frozen=True)
class Setting:
    """One knob at one place in the order; ``knob`` is None for the step itself and for the seed."""

    place: int
    """Which slot, from 0; -1 for the seed."""
    technique: str
    step: str
    knob: Knob | None
    values: tuple[Any, ...]
    """As the recipes have them; None where the step is not there, or the knob has no effect."""

    @property
    def differs(self) -> bool:
        return any(value != self.values[0] for value in self.values[1:])

    @property
    def is_told(self) -> bool:
        """The recipes that have the step agree on it: that some lack the step is said by the step's own row."""
        there = [value for value in self.values if value is not None]
        return self.knob is not None and all(value == there[0] for value in there)

    @property
    def label(self) -> str:
        return self.step if self.knob is None else f"{self.step}: {self.knob.label.lower()}"


def slots(recipes: Sequence[Recipe]) -> tuple[Slot, ...]:
    """The steps of all recipes in one order: equal techniques stand beside each other as far as their order lets."""
    rows: list[list[Step | None]] = []
    for count, recipe in enumerate(recipes):
        rows = _joined(rows, list(recipe.steps), count)
    return tuple(map(tuple, rows))


def settings(recipes: Sequence[Recipe]) -> tuple[Setting, ...]:
    """A row for each step that not all have, for each knob that has an effect in one of them, and for seeds."""
    found = []
    for place, slot in enumerate(slots(recipes)):
        technique = type(next(step for step in slot if step is not None))
        if None in slot:
            told = tuple(None if step is None else step.describe() for step in slot)
            found.append(Setting(place, technique.technique, technique.label, None, told))
        for knob in technique.knobs():
            values = tuple(_effective(step, knob) for step in slot)
            if any(value is not None for value in values):
                found.append(Setting(place, technique.technique, technique.label, knob, values))
    if any(recipe.seed for recipe in recipes):
        found.append(Setting(-1, "", SEED, None, tuple(recipe.seed for recipe in recipes)))
    return tuple(found)


def _effective(step: Step | None, knob: Knob) -> Any:
    return None if step is None or not knob.counts(step.model_dump()) else getattr(step, knob.name)


def _joined(
    rows: list[list[Step | None]], steps: list[Step], before: int
) -> list[list[Step | None]]:
    """The rows with one more recipe's steps, which ``before`` recipes stand before."""
    names = [next(step.technique for step in row if step is not None) for row in rows]
    matcher = SequenceMatcher(None, names, [step.technique for step in steps], autojunk=False)
    joined: list[list[Step | None]] = []
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(rows[first:last], steps[begin:end], strict=True)
            joined += [[*row, step] for row, step in pairs]
            continue
        joined += [[*row, None] for row in rows[first:last]]
        joined += [[*[None] * before, step] for step in steps[begin:end]]
    return joined
