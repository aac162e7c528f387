"""What a sweep is to visit, from what its form says: values of each free knob, and the sweep they make. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compression.errors import UsageError
from compression.recipe import Recipe, format_step
from compression.recipe.options import CHOICE, RANGE
from compression.recipe.sweep import Sweep
from compression.techniques.step import Knob, Step, evenly_spaced


def visited(knob: Knob, low: Any, high: Any, count: int) -> tuple[Any, ...]:
    """So many of its widget's positions from one end to the other, both among them; all where there are fewer."""
    inside = [position for position in knob.grid() if low <= position <= high]
    places = evenly_spaced(0, len(inside) - 1, min(count, len(inside)), integer=True)
    return tuple(inside[place] for place in places) if inside else ()


def planned(recipe: Recipe, at: int, free: Mapping[str, Sequence[Any]]) -> Sweep:
    """The recipe with these knobs of one step set free; UsageError in a sentence for what can't be swept."""
    texts = freed(recipe, {(at, name): values for name, values in free.items()})
    return Sweep.parse(recipe.model, texts, seed=recipe.seed)


def freed(recipe: Recipe, free: Mapping[tuple[int, str], Sequence[Any]]) -> list[str]:
    """Its steps with these knobs, each of the step of that number, set free; UsageError for one without a value."""
    if not free:
        raise UsageError("Choose at least one knob to vary.")
    return [
        _freed(step, {name: values for (index, name), values in free.items() if index == at})
        for at, step in enumerate(recipe.steps)
    ]


def _freed(step: Step, free: Mapping[str, Sequence[Any]]) -> str:
    knobs = {knob.name: knob for knob in step.knobs()}
    for name, values in free.items():
        if not values:
            raise UsageError(f"{knobs[name].label} has no value: choose at least one.")
    technique, _, rest = format_step(step).partition(":")
    kept = [part for part in rest.split(",") if part and part.partition("=")[0] not in free]
    varied = [f"{name}={_written(knobs[name], values)}" for name, values in free.items()]
    return ":".join(filter(None, [technique, ",".join([*kept, *varied])]))


def _written(knob: Knob, values: Sequence[Any]) -> str:
    """A range where it is one, so that the sweep's words are short; else each value."""
    if not knob.choices:
        low, high = values[0], values[-1]
        every = tuple(each for each in knob.grid() if low <= each <= high)
        if len(values) > 1 and tuple(values) == every:
            return f"{low:g}{RANGE}{high:g}"
        return CHOICE.join(f"{value:g}" for value in values)
    return CHOICE.join(values)
