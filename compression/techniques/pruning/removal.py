"""Which weights of a model go: its scores, and how the step's sparsity is shared out among layers."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from compression.errors import unknown
from compression.models.compressed import Compressed
from compression.techniques.pruning import masks, patterns
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.masks import Masks
from compression.techniques.pruning.scores import Given, Scores, score
from compression.techniques.pruning.sparsity_shares import sparsity_shares
from compression.techniques.shared.layerwise import layers


def removed(compressed: Compressed, given: Given) -> Masks:
    """Which weights of the model, as it now is, go: by a weight's name, True where it does."""
    return removed_by_scores(compressed, score(compressed, given), given)


def removed_by_scores(compressed: Compressed, scores: Scores, given: Given) -> Masks:
    """Which weights of these scores go, at the step's sparsity: what `removed` does after scoring."""
    own = own_sparsities(compressed, given.step)
    gone = masks.by_layer({name: scores[name] for name in own}, own)
    rest = {name: values for name, values in scores.items() if name not in own}
    if rest:
        gone |= _shared_out(compressed, rest, given)
    return gone


def _shared_out(compressed: Compressed, scores: Scores, given: Given) -> dict[str, Tensor]:
    step = given.step
    if step.pattern != "free":
        return {name: patterns.outside(values, step.pattern) for name, values in scores.items()}
    if step.allocation == "global":
        floor = masks.FLOOR if step.is_refitted else 0.0
        return masks.globally(scores, step.sparsity, floor=floor)
    shares: Mapping[str, float] = dict.fromkeys(scores, step.sparsity)
    if step.allocation == "sensitivity":
        shares = sparsity_shares(compressed, scores, given)
    return masks.by_layer(scores, shares)


def own_sparsities(compressed: Compressed, step: Prune) -> dict[str, float]:
    """The sparsities of layers that have their own, by their weights' names.

    UsageError for a layer that there isn't, or that would be emptied.
    """
    every, own = layers(compressed.module), step.sparsity_by_layer
    paths = dict.fromkeys(layer.path for layer in every)
    for path in own:
        if path not in paths:
            raise unknown("layer", path, paths)
    named = [layer for layer in every if layer.path in own]
    for layer in named:
        masks.require_some_left(layer.name, layer.weight.numel(), own[layer.path])
    return {layer.name: own[layer.path] for layer in named}
