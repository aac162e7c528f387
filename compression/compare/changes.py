"""What leads from one recipe to another, change by change, and what each is known to do alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compression.compare.settings import Setting, Slot, settings, slots
from compression.errors import UsageError
from compression.point import Point, quality_of
from compression.point.difference import Difference, difference
from compression.recipe import Recipe
from compression.techniques.step import Step


@dataclass(frozen=True)
class Change:
    """One setting that moved, with the recipes in which it moved alone: first of all, and last of all."""

    words: str
    """What was done: ``changing bits of quantization from 4 to 2``, ``adding pruning (50 % zeros)``."""
    alone: Recipe | None
    """The first recipe with nothing but this change; None where that can't be."""
    without: Recipe | None
    """The last recipe with all but this change."""


@dataclass(frozen=True)
class Effect:
    """What a change does, as far as points were measured that differ by nothing else."""

    change: Change
    quality: Difference | None = None
    size: float | None = None
    """Bytes after over bytes before."""
    how: str = ""
    """``only``: it is all that differs; ``alone`` from the first recipe; ``last`` on the way; empty: not measured."""


def changes(before: Recipe, after: Recipe) -> tuple[Change, ...]:
    """All that differs; a step that only one of them has is one change, whatever its knobs."""
    rows = slots((before, after))
    found = []
    for setting in settings((before, after)):
        if setting.place < 0:
            found += _seed(before, after)
            continue
        slot = rows[setting.place]
        is_missing = None in slot
        if not setting.differs or (setting.knob is not None and None in setting.values):
            continue  # of a step that one lacks, or a knob that another one has switched off
        swapped = slot if is_missing else _swapped(slot, setting)
        if swapped is None:
            found.append(Change(_words(setting, slot), None, None))
            continue
        one, other = (swapped[1], swapped[0])
        found.append(
            Change(
                _words(setting, slot),
                _recipe(before, rows, 0, setting.place, one),
                _recipe(after, rows, 1, setting.place, other),
            )
        )
    return tuple(found)


def effects(before: Point, after: Point, known: Mapping[str, Point]) -> tuple[Effect, ...]:
    """The changes by what they do to the quality, the largest first; those that nobody measured alone come last."""
    moved = changes(before.recipe, after.recipe)
    if len(moved) == 1:
        return (_effect(moved[0], before, after, "only"),)
    found = []
    for change in moved:
        alone = known.get(change.alone.key) if change.alone else None
        without = known.get(change.without.key) if change.without else None
        if alone is not None:
            found.append(_effect(change, before, alone, "alone"))
        elif without is not None:
            found.append(_effect(change, without, after, "last"))
        else:
            found.append(Effect(change))
    return tuple(sorted(found, key=_rank))


def _effect(change: Change, before: Point, after: Point, how: str) -> Effect:
    metric = quality_of(after.recipe.model).field
    size, was = after.value("size_bytes"), before.value("size_bytes")
    return Effect(
        change,
        difference(after.measurements.get(metric), before.measurements.get(metric)),
        size / was if size and was else None,
        how,
    )


def _rank(effect: Effect) -> tuple[bool, float, float]:
    moved = 0.0 if effect.quality is None else abs(effect.quality.value)
    factor = effect.size or 1.0
    return not effect.how, -moved, -max(factor, 1 / factor)


def _seed(before: Recipe, after: Recipe) -> list[Change]:
    if before.seed == after.seed:
        return []
    words = f"taking seed {after.seed} in place of {before.seed}"
    return [
        Change(
            words,
            before.model_copy(update={"seed": after.seed}),
            after.model_copy(update={"seed": before.seed}),
        )
    ]


def _swapped(slot: Slot, setting: Setting) -> Slot | None:
    """Both steps, each with the other's value of the knob; None where the knobs then don't go together."""
    one, other = slot
    if one is None or other is None or setting.knob is None:
        return None
    name = setting.knob.name
    try:
        return one_with(other, name, one), one_with(one, name, other)
    except (UsageError, ValueError):
        return None


def one_with(step: Step, name: str, other: Step) -> Step:
    """The step with the other's value of one knob."""
    return step.moved(**{name: getattr(other, name)})


def _recipe(
    recipe: Recipe, rows: Sequence[Slot], who: int, place: int, step: Step | None
) -> Recipe | None:
    """The recipe with ``step`` at one place of the common order, or with none there."""
    steps = [step if n == place else row[who] for n, row in enumerate(rows)]
    try:
        return Recipe.build(recipe.model, [each for each in steps if each], recipe.seed)
    except UsageError:
        return None


def _words(setting: Setting, slot: Slot) -> str:
    if setting.knob is None:
        one, other = slot
        step = other or one
        assert step is not None
        way = "dropping" if other is None else "adding"
        return f"{way} {_small(setting.step)} ({step.describe()})"
    knob, values = setting.knob.label.lower(), map(said, setting.values)
    return f"changing {knob} of {_small(setting.step)} from {' to '.join(values)}"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def said(value: object) -> str:
    """A knob's value as short as it may be; ``none`` where the knob has no effect."""
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
