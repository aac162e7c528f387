"""Pruning of single weights: score them, share the sparsity out, zero those that go, repair the others."""

from __future__ import annotations

import torch

from compression.compressed import Compressed, StepContext, fold_batch_norm, weight_names
from compression.errors import UsageError, unknown
from compression.techniques.layerwise import layers
from compression.techniques.pruning import allocation, patterns, repair
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.scores import Scores, score


@torch.no_grad()
def prune(compressed: Compressed, step: Prune, context: StepContext) -> Compressed:
    """The model with zeros where the step asks for them; what came in is unchanged.

    Only refit and bias need the batch norms folded; where nothing goes, nothing is changed at all.
    """
    _check_finite(compressed)
    own = _own_shares(compressed, step)
    if step.pattern == "free" and step.sparsity == 0 and not any(own.values()):
        return compressed
    gone = removed(compressed, step, context, own)
    images = context.calibration[: step.images]
    if step.repair == "none":
        return repair.zero(compressed, gone)
    if step.repair == "batchnorm":
        return repair.measure_norms(compressed, gone, images)
    return repair.rewrite_layers(
        compressed, gone, images, seed=context.seed, weights_too=step.repair == "refit"
    )


def removed(
    compressed: Compressed, step: Prune, context: StepContext, own: dict[str, float]
) -> repair.Masks:
    """Which weights go, by name; ``own`` are the sparsities of layers that have their own."""
    scores = score(compressed, step, context)
    gone = allocation.by_layer({name: scores[name] for name in own}, own)
    others = {name: found for name, found in scores.items() if name not in own}
    if not others:
        return gone
    if step.pattern != "free":
        rest = {name: patterns.outside(found, step.pattern) for name, found in others.items()}
    else:
        rest = _shared_out(compressed, others, step, context)
    return {name: (gone | rest)[name] for name in scores}


def _shared_out(
    compressed: Compressed, scores: Scores, step: Prune, context: StepContext
) -> dict[str, torch.Tensor]:
    if step.allocation == "uniform":
        return allocation.by_layer(scores, dict.fromkeys(scores, step.sparsity))
    if step.allocation == "sensitivity":
        from compression.techniques.pruning import sensitivity

        shares = sensitivity.shares(compressed, scores, step, context)
        return allocation.by_layer(scores, shares)
    return allocation.globally(scores, step.sparsity)


def _own_shares(compressed: Compressed, step: Prune) -> dict[str, float]:
    """The sparsities of layers that have their own, by their weights' names."""
    found = layers(compressed.module)
    own = step.sparsity_by_layer
    for path in own:
        if path not in {layer.path for layer in found}:
            raise unknown("layer", path, dict.fromkeys(layer.path for layer in found))
    return {layer.name: own[layer.path] for layer in found if layer.path in own}


def _check_finite(compressed: Compressed) -> None:
    folded = fold_batch_norm(compressed).module
    for name in weight_names(folded):
        if not torch.isfinite(folded.get_parameter(name)).all():
            raise UsageError(
                f"{name} holds values that are not finite, which can't be ranked: "
                "train the model again or choose another one."
            )
