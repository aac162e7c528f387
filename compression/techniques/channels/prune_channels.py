"""Channel pruning: truly smaller tensors.

fold batch norms -> groups of coupled channels -> an order and its costs for each -> some ways to share out
-> remove and repair -> the way with the nearest answers -> train it, where asked
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from compression.errors import UsageError, reason_of, unknown
from compression.models.compressed import Compressed, fold_batch_norm, require_finite
from compression.models.shapes import shapes_of
from compression.techniques.channels import channel_shares, costs
from compression.techniques.channels.groups import Group, find_groups
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.price import Widths
from compression.techniques.channels.reconstruct import reconstruct
from compression.techniques.channels.remove import kept, remove
from compression.techniques.channels.scores import order
from compression.techniques.channels.selection import ANSWERS, Elimination, eliminate
from compression.techniques.channels.taylor import products
from compression.techniques.context import StepContext
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.layerwise import layers, statistics
from compression.techniques.shared.masked import require_floats
from compression.techniques.shared.positions import looking_at
from compression.techniques.shared.retrain import REPAIRS
from compression.training.data import Training

FINER = 2
"""As many times the usual columns for the way that is taken: worth 0.2 points at half of ResNet-8's channels."""

_GROUPS: BoundedCache[tuple[Group, ...]] = BoundedCache(16 * 2**20)
_ELIMINATIONS: BoundedCache[Mapping[str, Elimination]] = BoundedCache(2 * 2**20)


@torch.no_grad()
def prune_channels(compressed: Compressed, step: PruneChannels, context: StepContext) -> Compressed:
    """The model with fewer channels, batch norms folded; what came in is unchanged.

    Quantized weights stay on their grids, which go along with their channels. UsageError where nothing can be
    removed, a set width can't be, or what is left doesn't fit together.
    """
    require_finite(compressed, "can't be ranked")
    folded = fold_batch_norm(compressed)
    if step.is_trained:
        require_floats(compressed, step.technique, step.repair)
        small = prune_channels(compressed, step.refitted, context)
        return REPAIRS[step.repair](small, folded.module, step.epochs, context)
    images = looking_at(context, folded.module, step.images).calibration
    groups = groups_of(folded, images[:1])
    own = own_widths(step, groups)
    if step.ratio == 0 and not own:
        return folded
    training = context.labelled if step.score == "taylor" else None
    eliminations = eliminations_of(folded, compressed, groups, step, images, context.seed, training)
    ways = widths_worth_trying(folded, groups, eliminations, own, step, images[:1])
    if step.repair != "refit":
        del ways[1:]

    def made(widths: Widths, finer: int) -> Compressed:
        stay = kept(
            folded, groups, {name: eliminations[name].stay(widths[name]) for name in widths}
        )
        small = remove(folded, stay)
        _check_fit(small, images[:1])
        if step.repair != "none":
            reconstruct(small, folded, stay, images, step.repair, seed=context.seed, finer=finer)
        return small

    if len(ways) > 1:
        ways = [ways[_nearest(folded, [made(widths, 1) for widths in ways], images)]]
    return made(ways[0], FINER)


def _nearest(folded: Compressed, made: Sequence[Compressed], images: Tensor) -> int:
    """Which of the models gives answers to the images that diverge least from the original's."""
    wanted = folded.module(images).log_softmax(1)
    diverged = [
        float((wanted.exp() * (wanted - small.module(images).log_softmax(1))).sum())
        for small in made
    ]
    return min(range(len(made)), key=diverged.__getitem__)


def groups_of(folded: Compressed, example: Tensor) -> tuple[Group, ...]:
    """They depend on the architecture and its widths alone."""
    key = content_key([], folded.model, type(folded.module), shapes_of(folded.module))
    if (known := _GROUPS.get(key)) is not None:
        return known
    groups = find_groups(folded.module, example)
    places = [p for group in groups for p in (*group.rows.values(), *group.columns.values())]
    return _GROUPS.put(key, groups, sum(8 * p.numel() for p in places))


def eliminations_of(
    folded: Compressed,
    given: Compressed,
    groups: Sequence[Group],
    step: PruneChannels,
    images: Tensor,
    seed: int,
    training: Training | None = None,
) -> Mapping[str, Elimination]:
    """Each group's order and costs: made once per weights, images, score and seed, for all ratios."""
    contents = [*given.module.state_dict().values(), *folded.fold_scales.values(), images]
    key = content_key(contents, folded.model, step.score, seed)
    if (known := _ELIMINATIONS.get(key)) is not None:
        return known
    owned = {layer.name: layer for layer in layers(folded.module)}
    moments = statistics(folded, images, seed=seed)
    changes = None if training is None else products(folded, training, step.images, seed)
    orders = {
        group.name: order(group, folded, given, step.score, seed, changes) for group in groups
    }
    eliminations = {
        group.name: eliminate(group, owned, moments, orders[group.name]) for group in groups
    }
    return _ELIMINATIONS.put(
        key, eliminations, sum(16 * len(elimination.error) for elimination in eliminations.values())
    )


def own_widths(step: PruneChannels, groups: Sequence[Group]) -> dict[str, int]:
    sizes = {group.name: group.size for group in groups}
    for name, width in step.width_by_group.items():
        if name not in sizes:
            raise unknown("group of channels", name, sizes)
        if width > sizes[name]:
            raise UsageError(f"{name} has {sizes[name]} channels: its width can't be {width}.")
    return step.width_by_group


def widths_worth_trying(
    folded: Compressed,
    groups: Sequence[Group],
    eliminations: Mapping[str, Elimination],
    own: Mapping[str, int],
    step: PruneChannels,
    example: Tensor,
) -> list[Widths]:
    """Channels that stay, by group, in up to three ways that are worth trying; the first is the likeliest.

    How much an error counts, and how coarse the steps are, matters most where little is left: on validation
    images the way with the nearest answers lost 2 to 13 points less at 70 % than the first one alone.
    """
    if len(own) == len(groups):
        return [dict(own)]
    even = channel_shares.uniform(groups, step.ratio)
    if step.allocation == "uniform":
        return [channel_shares.nearest(groups, even, step.multiple) | dict(own)]
    price = (
        costs.parameters(folded, groups)
        if step.match == "parameters"
        else costs.macs(folded, groups, example)
    )
    last = layers(folded.module)[-1].name
    alike = {group.name: eliminations[group.name] for group in groups}
    for group in groups:
        if last in group.columns:
            alike[group.name] = eliminations[group.name].times(1 / ANSWERS)
    tried = (
        (eliminations, step.multiple),
        (alike, step.multiple),
        (eliminations, 2 * step.multiple),
    )
    budget = price.at(even)
    ways = [channel_shares.by_error(given, price, budget, own, width) for given, width in tried]
    return [way for number, way in enumerate(ways) if way not in ways[:number]]


def _check_fit(small: Compressed, example: Tensor) -> None:
    try:
        small.module(example)
    except RuntimeError as error:
        raise UsageError(
            f"{small.model} can't be made narrower: what is left doesn't fit together "
            f"({reason_of(error)})."
        ) from None
