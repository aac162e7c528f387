"""What a layer budget is made of on the two pages that have one: layers with sparsities, groups with widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compression.insight.budget.curves import group_table, layer_table
from compression.insight.budget.table import Choice, Setting, Table
from compression.point import Point, StoredTensor
from compression.recipe import Recipe
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.pruning.knobs import Prune
from compression.techniques.shared import by_layer
from compression.techniques.step import Step
from pages.parts.panels.budget.bar_editor import Words


@dataclass(frozen=True)
class Kind:
    """The questions to the workers, the knob that holds the choice, the one for all, and the words."""

    part: str
    """As the questions and the reader call one: layer or group."""
    table: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Table]
    knob: str
    overall: str
    idle: tuple[str, ...]
    """Further knobs without effect on what a part alone suffers."""
    anchors: tuple[float, ...]
    """Values of the overall knob that are measured so that quality can be read off."""
    words: Words
    size: str
    macs: str
    taken: float
    """The share at which parts are called robust or sensitive."""


LAYERS = Kind(
    "layer", layer_table, "layers", "sparsity", ("pattern", "allocation", "gradual"),
    (0.5, 0.7, 0.8, 0.9, 0.96),
    Words("Layer", "Zeros", "Bytes", "zeros", "alone it changes the answers by {} nats", percent=True),
    "{:,} weights", "multiply-adds with what is left", 0.8,
)  # fmt: skip

GROUPS = Kind(
    "group", group_table, "widths", "ratio", ("match", "allocation"), (0.2, 0.4, 0.6, 0.8),
    Words("Group", "Channels", "", "channels", "alone it changes the answers by {} nats"),
    "{:,} channels", "multiply-adds", 0.5,
)  # fmt: skip


def kind_of(step: Step) -> Kind:
    return LAYERS if isinstance(step, Prune) else GROUPS


def plain(recipe: Recipe, kind: Kind) -> Recipe:
    """The recipe with all that doesn't change what a part alone suffers at its defaults."""
    step = recipe.steps[-1]
    usual = {name: type(step).model_fields[name].default for name in (kind.overall, *kind.idle)}
    return _with(recipe, step.moved(**{**usual, kind.knob: ""}))


def at(recipe: Recipe, kind: Kind, value: float) -> Recipe:
    """The recipe with one value for all of its parts."""
    return _with(recipe, recipe.steps[-1].moved(**{kind.knob: "", kind.overall: value}))


def own(step: Step) -> Mapping[str, float]:
    """The settings that a step's text names."""
    if isinstance(step, PruneChannels):
        return step.width_by_group
    assert isinstance(step, Prune)
    return step.sparsity_by_layer


def chosen(table: Table, step: Step, point: Point | None) -> dict[str, Setting]:
    """Where the parts stand: as the step names them, as they were measured, or all alike."""
    named = own(step)
    if set(named) >= {part.name for part in table.parts}:
        return table.nearest(named)
    if point is not None and point.layers:
        return table.nearest(_measured(table, {t.name: t for t in point.layers}, step))
    if isinstance(step, Prune):
        alike = {part.name: step.sparsity for part in table.parts}
    else:
        assert isinstance(step, PruneChannels)
        alike = {part.name: part.size * (1 - step.ratio) for part in table.parts}
    return table.nearest({**alike, **named})


def knobs(table: Table, kind: Kind, step: Step, choice: Choice) -> dict[str, Any]:
    """The knobs that ask for a choice: the text of all parts, and about the share that is gone of all."""
    if isinstance(step, Prune):
        gone = sum(choice[part.name] * part.size for part in table.parts)
    else:
        gone = sum(part.size - choice[part.name] for part in table.parts)
    share = gone / sum(part.size for part in table.parts)
    overall = next(knob for knob in step.knobs() if knob.name == kind.overall)
    assert overall.step is not None and overall.high is not None
    rounded = round(round(share / overall.step) * overall.step, 6)
    return {kind.knob: by_layer.written(choice), kind.overall: min(rounded, overall.high)}


def _measured(table: Table, tensors: Mapping[str, StoredTensor], step: Step) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for part in table.parts:
        mine = [tensors[name] for name in part.tensors if name in tensors]
        if isinstance(step, Prune) and mine:
            found[part.name] = 1 - sum(t.nonzero for t in mine) / sum(t.values for t in mine)
        elif mine:
            found[part.name] = mine[0].shape[0] / part.tensors[mine[0].name]
    return found


def _with(recipe: Recipe, step: Step) -> Recipe:
    return recipe.model_copy(update={"steps": (*recipe.steps[:-1], step)})
