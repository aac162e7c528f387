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
from compression.recipe import Recipe
from compression.subjects import Subject
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
from compression.techniques.shared.layerwise import layers
from compression.techniques.shared.positions import looking_at

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
        ranks = np.empty(group.size, dtype=np.int64)
        ranks[self.curves[group.name].order.numpy()] = np.arange(group.size)
        return ranks

    def places(self, name: str, axis: int) -> tuple[str, NDArray[np.int64]]:
        """The group that a weight's rows (axis 0) or columns (1) belong to, and the rank of each."""
        size = self.folded.module.get_parameter(name).shape[axis]
        ranks = np.full(size, NEVER, dtype=np.int64)
        for group in self.groups:
            where = (group.columns if axis else group.rows).get(name)
            if where is not None:
                ranks[where.numpy()] = self.ranks(group)[:, None]
                return group.name, ranks
        return "", ranks


def channel_ranking(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """Every group's channels, the first to go first, with their importance, and what going costs.

    With score obs a channel's importance is the output variance of its readers that is lost when it goes after
    those before it; with the others it is the score, 1 on average. ``error`` sums the former up. ``witness`` is the
    layer, and its rows per channel, that tells from a finished model how many are left.
    """
    ranked = _ranking(subject, recipe)
    full = {group.name: group.size for group in ranked.groups}
    price = parameters(ranked.folded, ranked.groups)
    work = macs(ranked.folded, ranked.groups, ranked.images[:1])
    return {
        "of": ranked.recipe.key,
        "score": ranked.step.score,
        "levels": list(ranked.levels),
        "groups": [_group(ranked, group) for group in ranked.groups],
        "widths": [[widths[group.name] for group in ranked.groups] for widths in ranked.widths],
        "parameters": [int(price.at(widths)) for widths in ranked.widths],
        "macs": [int(work.at(widths)) for widths in ranked.widths],
        "all_parameters": int(price.at(full)),
        "all_macs": int(work.at(full)),
    }


def channel_matrix(subject: Subject, recipe: Recipe, layer: str = "") -> dict[str, Any]:
    """A weight as it was trained, and the rank by which each row and column goes with its group.

    ``values`` as of ``weight_matrix``. Ranks are those of the first ``shown`` rows and of input channels, each
    ``kernel`` columns wide; -1 stays. Of a group of ``size`` channels those of a rank below ``size - width`` go.
    """
    ranked = _ranking(subject, recipe)
    owned = {one.name: one for one in layers(ranked.folded.module)}
    if layer and layer not in owned:
        raise unknown("layer", layer, owned)
    name = layer or max(owned, key=lambda one: owned[one].weight.numel())
    matrix = trained_matrix(ranked.folded, name)
    limit = colour_limit(matrix)
    sizes = {group.name: group.size for group in ranked.groups}
    row_group, rows = ranked.places(name, 0)
    column_group, columns = ranked.places(name, 1)
    return {
        "of": f"{ranked.recipe.key} {name}",
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
        "levels": list(ranked.levels),
        "widths": [dict(widths) for widths in ranked.widths],
    }


def _group(ranked: ChannelRanking, group: Group) -> dict[str, Any]:
    curve = ranked.curves[group.name]
    errors, order = curve.error.numpy(), curve.order.numpy()
    if ranked.step.score == "obs":
        worth = np.diff(errors)
    elif ranked.step.score == "random":
        worth = np.ones(group.size)
    else:
        worth = importance(
            group, ranked.folded, ranked.given, ranked.step.score, ranked.changes
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


def _ranking(subject: Subject, recipe: Recipe) -> ChannelRanking:
    """Of the recipe with its own reduction and repair, which change no ranking, at their defaults."""
    step = recipe.steps[-1] if recipe.steps else None
    if not isinstance(step, PruneChannels):
        raise UsageError("Only a recipe that ends with prune-channels has channels to rank.")
    fields = PruneChannels.model_fields
    usual = step.moved(ratio=fields["ratio"].default, repair=fields["repair"].default)
    plain = recipe.model_copy(update={"steps": (*recipe.steps[:-1], usual)})
    return _channel_ranking(subject, plain, usual)


@lru_cache(maxsize=6)
@torch.no_grad()
def _channel_ranking(subject: Subject, recipe: Recipe, step: PruneChannels) -> ChannelRanking:
    given = pipeline.before_last_step(subject, recipe)
    folded = fold_batch_norm(given)
    context = looking_at(pipeline.context_of(subject, recipe), folded.module, step.images)
    images, training = context.calibration, context.training
    groups = groups_of(folded, images[:1])
    curves = eliminations_of(folded, given, groups, step, images, recipe.seed, training)
    changes = None if training is None else products(folded, training, step.images, recipe.seed)
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
