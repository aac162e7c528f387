"""Which channels go first: each group's order, what going costs, and how many stay at every reduction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression import pipeline
from compression.errors import UsageError, unknown
from compression.insight.pruning.weight_matrix import (
    colour_limit,
    first,
    packed_values,
    trained_matrix,
)
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe, canonical_json, recipe_from_dict
from compression.techniques.channels.costs import macs, parameters
from compression.techniques.channels.groups import Group
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import (
    eliminations_of,
    groups_of,
    own_widths,
    widths_worth_trying,
)
from compression.techniques.channels.scores import importance
from compression.techniques.channels.selection import Elimination
from compression.techniques.channels.taylor import Products, products
from compression.techniques.context import StepContext
from compression.techniques.shared.layerwise import layers

NEVER = -1
"""In place of a rank: a row or column that belongs to no group and stays."""


@dataclass(frozen=True, eq=False)
class ChannelRanking:
    """What channel pruning would take at each reduction, of the model as the step is given it.

    ``widths[i]`` are the channels that stay at ``levels[i]``, by group: those of the likeliest of the ways that
    are tried out there, which only the finished models decide between.
    """

    recipe: Recipe
    step: PruneChannels
    given: Compressed
    folded: Compressed
    groups: tuple[Group, ...]
    curves: Mapping[str, Elimination]
    levels: tuple[float, ...]
    widths: tuple[Mapping[str, int], ...]
    images: Tensor
    changes: Products | None
    """What taylor ranks by."""

    def ranks(self, group: Group) -> NDArray[np.int64]:
        """Of each channel of a group, 0 for the first to go."""
        found = np.empty(group.size, dtype=np.int64)
        found[self.curves[group.name].order.numpy()] = np.arange(group.size)
        return found

    def places(self, name: str, axis: int) -> tuple[str, NDArray[np.int64]]:
        """The group that a weight's rows (axis 0) or columns (1) belong to, and the rank of each."""
        size = self.folded.module.get_parameter(name).shape[axis]
        found = np.full(size, NEVER, dtype=np.int64)
        for group in self.groups:
            where = (group.columns if axis else group.rows).get(name)
            if where is not None:
                found[where.numpy()] = self.ranks(group)[:, None]
                return group.name, found
        return "", found


def channel_ranking(model: str, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Every group's channels, the first to go first, with their importance, and what going costs.

    With score obs a channel's importance is the output variance of its readers that is lost when it goes after
    those before it; with the others it is the score, 1 on average. ``error`` sums the former up. ``witness`` is the
    layer, and its rows per channel, that tells from a finished model how many are left.
    """
    found = _channel_ranking(_plain(recipe))
    full = {group.name: group.size for group in found.groups}
    price = parameters(found.folded, found.groups)
    work = macs(found.folded, found.groups, found.images[:1])
    return {
        "of": found.recipe.key,
        "score": found.step.score,
        "levels": list(found.levels),
        "groups": [_group(found, group) for group in found.groups],
        "widths": [[widths[group.name] for group in found.groups] for widths in found.widths],
        "parameters": [int(price.at(widths)) for widths in found.widths],
        "macs": [int(work.at(widths)) for widths in found.widths],
        "all_parameters": int(price.at(full)),
        "all_macs": int(work.at(full)),
    }


def channel_matrix(model: str, recipe: Mapping[str, Any], layer: str = "") -> dict[str, Any]:
    """A weight as it was trained, and the rank by which each row and column goes with its group.

    ``values`` as of ``weight_matrix``. Ranks are those of the first ``shown`` rows and of input channels, each
    ``kernel`` columns wide; -1 stays. Of a group of ``size`` channels those of a rank below ``size - width`` go.
    """
    found = _channel_ranking(_plain(recipe))
    owned = {one.name: one for one in layers(found.folded.module)}
    if layer and layer not in owned:
        raise unknown("layer", layer, owned)
    name = layer or max(owned, key=lambda one: owned[one].weight.numel())
    matrix = trained_matrix(found.folded, name)
    limit = colour_limit(matrix)
    sizes = {group.name: group.size for group in found.groups}
    row_group, rows = found.places(name, 0)
    column_group, columns = found.places(name, 1)
    return {
        "of": f"{found.recipe.key} {name}",
        "layers": list(owned),
        "layer": name,
        "shape": list(owned[name].weight.shape),
        "shown": list(first(matrix).shape),
        "kernel": owned[name].weight[0, 0].numel(),
        "limit": limit,
        "values": packed_values(matrix, limit),
        "rows": {"group": row_group, "size": sizes.get(row_group, 0), "ranks": rows.tolist()},
        "columns": {
            "group": column_group,
            "size": sizes.get(column_group, 0),
            "ranks": columns.tolist(),
        },
        "levels": list(found.levels),
        "widths": [dict(widths) for widths in found.widths],
    }


def _group(found: ChannelRanking, group: Group) -> dict[str, Any]:
    curve = found.curves[group.name]
    errors, order = curve.error.numpy(), curve.order.numpy()
    if found.step.score == "obs":
        worth = np.diff(errors)
    elif found.step.score == "random":
        worth = np.ones(group.size)
    else:
        worth = importance(
            group, found.folded, found.given, found.step.score, found.changes
        ).numpy()[order]
    witness = next(iter(group.rows))
    return {
        "name": group.name,
        "size": group.size,
        "order": order.tolist(),
        "importance": worth.tolist(),
        "error": errors.tolist(),
        "layers": list(group.rows),
        "witness": [witness, group.rows[witness].shape[1]],
    }


def _plain(recipe: Mapping[str, Any]) -> str:
    """The recipe with its own reduction and repair, which change no ranking, at their defaults."""
    asked = recipe_from_dict(recipe)
    step = asked.steps[-1] if asked.steps else None
    if not isinstance(step, PruneChannels):
        raise UsageError("Only a recipe that ends with prune-channels has channels to rank.")
    fields = PruneChannels.model_fields
    usual = step.moved(ratio=fields["ratio"].default, repair=fields["repair"].default)
    plain = asked.model_copy(update={"steps": (*asked.steps[:-1], usual)})
    return canonical_json(plain.model_dump())


@lru_cache(maxsize=6)
@torch.no_grad()
def _channel_ranking(recipe_json: str) -> ChannelRanking:
    recipe = Recipe.model_validate_json(recipe_json)
    step = recipe.steps[-1]
    assert isinstance(step, PruneChannels)
    start = recipe.model_copy(update={"steps": recipe.steps[:-1]})
    model = pipeline.original(recipe.model)
    given = pipeline.compress(start) if start.steps else model.compressed
    images = torch.from_numpy(model.data.calibration.inputs)
    context = StepContext(images[: step.images], recipe.seed)
    folded = fold_batch_norm(given)
    groups = groups_of(folded, images[:1])
    training = pipeline.labelled(recipe) if step.score == "taylor" else None
    curves = eliminations_of(
        folded, given, groups, step, context.calibration, recipe.seed, training
    )
    changes = None if training is None else products(folded, training, step.images)
    levels, widths = _levels(folded, groups, curves, step, images[:1])
    return ChannelRanking(
        recipe, step, given, folded, groups, curves, levels, widths, images, changes
    )


def _levels(
    folded: Compressed,
    groups: Sequence[Group],
    curves: Mapping[str, Elimination],
    step: PruneChannels,
    example: Tensor,
) -> tuple[tuple[float, ...], tuple[Mapping[str, int], ...]]:
    """Where the knob can stand and what then stays, but where the widths that are set don't allow it."""
    own = own_widths(step, groups)
    full = {group.name: group.size for group in groups}
    levels, widths = [], []
    for level in reductions():
        asked = step.model_copy(update={"ratio": level})
        try:
            ways = widths_worth_trying(folded, groups, curves, own, asked, example)
            widths.append(ways[0] if level or own else full)
        except UsageError:
            if not widths:
                raise
            break
        levels.append(level)
    return tuple(levels), tuple(widths)


def reductions() -> tuple[float, ...]:
    """Where the reduction knob can stand."""
    return next(knob for knob in PruneChannels.knobs() if knob.name == "ratio").grid()
