"""What a model of other widths costs, and what is lost when one group of channels alone gets narrower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from compression import artifact, pipeline
from compression.errors import UsageError, unknown
from compression.insight.pruning.before_pruning import Before, before
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.channels import costs
from compression.techniques.channels.channel_shares import allowed
from compression.techniques.channels.groups import Group
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.price import LayerPrice, Price
from compression.techniques.channels.prune_channels import eliminations_of, groups_of
from compression.techniques.shared import by_layer
from compression.techniques.shared.layerwise import layers

SHARES = (0.35, 0.7)
"""Shares of a group's channels without which it is looked at, besides its smallest width; its curve lies in between."""


def group_parts(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """The groups with the widths they may have, and the terms that bytes, parameters and MACs add up from."""
    whole, step, all_groups = _asked(subject, recipe)
    folded = whole.folded
    sizes = {group.name: group.size for group in all_groups}
    return {
        "parts": [
            {
                "name": group.name,
                "size": group.size,
                "settings": allowed(group.size, step.multiple).tolist(),
                "tensors": {name: rows.shape[1] for name, rows in group.rows.items()},
            }
            for group in all_groups
        ],
        "prices": {
            "bytes": _bytes(whole, all_groups, sizes),
            "parameters": _terms(costs.parameters(folded, all_groups)),
            "macs": _terms(costs.macs(folded, all_groups, whole.calibration[:1])),
        },
    }


def group_alone(subject: Subject, recipe: Recipe, part: str) -> dict[str, Any]:
    """A group at several widths by the step's own score and repair, all others whole.

    ``damage`` is the divergence of the answers from those before [nats], ``error`` the share of its readers' output
    variance that is lost, their other weights adapting.
    """
    whole, step, all_groups = _asked(subject, recipe)
    groups = {group.name: group for group in all_groups}
    if part not in groups:
        raise unknown("group of channels", part, groups)
    images, seed = whole.calibration, whole.recipe.seed
    training = pipeline.context_of(subject, whole.recipe).training
    curve = eliminations_of(whole.folded, whole.given, all_groups, step, images, seed, training)[
        part
    ]
    size = groups[part].size
    rows = []
    least = int(allowed(size, step.multiple)[0])
    widths = [max(least, round(size * (1 - share))) for share in SHARES]
    for width in dict.fromkeys([*widths, least]):
        if width < size:
            own = {**{group.name: group.size for group in all_groups}, part: width}
            alone, _ = whole.made(ratio=0.0, widths=by_layer.written(own))
            lost = float(curve.error[size - width])
            rows.append({"setting": width, "damage": whole.divergence(alone), "error": lost})
    return {"part": part, "rows": rows}


def _asked(subject: Subject, recipe: Recipe) -> tuple[Before, PruneChannels, tuple[Group, ...]]:
    whole = before(subject, recipe)
    if not isinstance(whole.step, PruneChannels):
        raise UsageError("Only a recipe that ends with prune-channels has groups of channels.")
    return whole, whole.step, groups_of(whole.folded, whole.calibration[:1])


def _terms(price: Price) -> dict[str, Any]:
    return {"layers": [asdict(layer) for layer in price.layers], "rest": price.rest}


def _bytes(
    whole: Before, all_groups: tuple[Group, ...], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """The packed file: each weight at what a value of it takes now, a bias 4 bytes for each row, and the rest."""
    named = whole.asked(widths=by_layer.written(sizes))  # their text is in the file too
    packed = artifact.pack(whole.folded, named)
    stored = {tensor.name: tensor for tensor in packed.tensors}
    counted = costs.parameters(whole.folded, all_groups)
    terms = []
    for layer, term in zip(layers(whole.folded.module), counted.layers, strict=True):
        tensor = stored[layer.name]
        each = term.each * tensor.bytes / max(tensor.values, 1)
        terms.append({**asdict(term), "each": each, "each_row": 4 * (layer.bias is not None)})
    price = Price(tuple(LayerPrice(**term) for term in terms), 0)
    return {"layers": terms, "rest": len(packed.data) - price.at(sizes)}
