"""What each layer holds and computes, and what is lost when it alone loses weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from compression import artifact
from compression.errors import UsageError, unknown
from compression.insight.pruning.before_pruning import Before, before
from compression.models.compressed import Compressed
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.sparsity_shares import output_error
from compression.techniques.shared import by_layer
from compression.techniques.shared.layerwise import Layer, layers, statistics
from compression.techniques.shared.positions import positions

SPARSITIES = (0.5, 0.7, 0.85, 0.95, 0.98)
"""Where a layer is looked at; its curve lies in between."""


def layer_parts(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """Each layer's weights, bytes, and multiplications for one input; and the file's bytes and values besides."""
    whole = before(subject, recipe)
    if not isinstance(whole.step, Prune):
        raise UsageError("Only a recipe that ends with prune takes weights from single layers.")
    seen = positions(whole.folded.module, whole.calibration[:1])
    paths = (layer.path for layer in layers(whole.folded.module))
    named = whole.asked(layers=by_layer.written(dict.fromkeys(paths, 0.55)))
    packed = artifact.pack(whole.folded, named)  # the text of all layers is in the file too
    stored = {tensor.name: tensor for tensor in packed.tensors}
    parts: dict[str, dict[str, Any]] = {}
    for layer in layers(whole.folded.module):
        part = parts.setdefault(
            layer.path, {"name": layer.path, "size": 0, "macs": 0, "bytes": 0, "tensors": []}
        )
        part["size"] += layer.weight.numel()
        part["macs"] += layer.weight.numel() * seen[layer.path]
        part["bytes"] += stored[layer.name].bytes
        part["tensors"].append(layer.name)
    weights = {name for part in parts.values() for name in part["tensors"]}
    rest = [tensor for tensor in packed.tensors if tensor.name not in weights]
    return {
        "parts": list(parts.values()),
        "other_bytes": len(packed.data) - sum(part["bytes"] for part in parts.values()),
        "other_values": sum(tensor.nonzero for tensor in rest),
    }


def layer_alone(subject: Subject, recipe: Recipe, part: str) -> dict[str, Any]:
    """A layer at several sparsities by the step's own score and repair, all others whole.

    ``damage`` is the divergence of the answers from those before [nats], ``error`` the share of the layer's output
    variance that is lost before any repair, ``bytes`` what it is packed into. Sparsities that would empty it are
    left out.
    """
    whole = before(subject, recipe)
    if not isinstance(whole.step, Prune):
        raise UsageError("Only a recipe that ends with prune takes weights from single layers.")
    every = layers(whole.folded.module)
    mine = [layer for layer in every if layer.path == part]
    paths = dict.fromkeys((layer.path for layer in every), 0.0)
    if not mine:
        raise unknown("layer", part, paths)
    rows = [
        {"setting": share, **_at(whole, mine, by_layer.written({**paths, part: share}))}
        for share in SPARSITIES
        if all(round(share * layer.weight.numel()) < layer.weight.numel() for layer in mine)
    ]
    return {"part": part, "rows": rows}


def _at(whole: Before, mine: Sequence[Layer], own: str) -> dict[str, Any]:
    alone, recipe = whole.made(sparsity=0.0, layers=own)
    stored = {tensor.name: tensor.bytes for tensor in artifact.pack(alone, recipe).tensors}
    return {
        "damage": whole.divergence(alone),
        "error": sum(_missing(whole, alone, layer) for layer in mine),
        "bytes": sum(stored[layer.name] for layer in mine),
    }


@torch.no_grad()
def _missing(whole: Before, alone: Compressed, layer: Layer) -> float:
    seen = statistics(whole.folded, whole.calibration, seed=whole.recipe.seed)
    kept = (alone.module.get_parameter(layer.name) != 0).float()
    share = 1 - float(kept.mean())
    return output_error(layer.matrix, kept, share, seen[layer.name])
