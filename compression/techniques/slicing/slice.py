"""Slicing as a step: the model stays as it is and is told how it is to be cut when it is deployed. Worker side."""

from __future__ import annotations

from dataclasses import replace

from compression.deploy.deploy import deploy
from compression.deploy.slicing.exit_points import exit_points
from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.models.slicing import Slicing
from compression.techniques.context import StepContext
from compression.techniques.slicing.exits import train_exits
from compression.techniques.slicing.knobs import USUAL_THRESHOLD, Slice


def slice_model(compressed: Compressed, step: Slice, context: StepContext) -> Compressed:
    """The same model with a slicing, and with heads at the cuts where exits are asked for.

    UsageError where a step before has sliced it, or exits can't be attached.
    """
    if compressed.slicing is not None:
        raise UsageError(
            f"The model is cut into {compressed.slicing.stages} stages already: keep one slice step in the recipe."
        )
    asked = Slicing(
        stages=step.stages,
        cuts=step.cut_numbers,
        split=step.split == "auto" and not step.is_trained,
        objective=step.objective,
        cap_bytes=round(1000 * step.cap_kb),
        link_mbps=step.link_mbps,
        link_dtype=step.link_dtype,
        costs=step.costs,
        threshold=step.threshold if step.is_trained else 0.0,
    )
    sliced = replace(compressed, slicing=asked)
    return _with_exits(sliced, step, context) if step.is_trained else sliced


def _with_exits(sliced: Compressed, step: Slice, context: StepContext) -> Compressed:
    assert sliced.slicing is not None
    if sliced.activations:
        raise UsageError(
            "Early exits read activations in floats, and this model's are rounded: leave activations at 32 bits or "
            "exits off."
        )
    (whole,) = deploy(replace(sliced.folded, slicing=None)).parts
    heads = train_exits(
        whole.loaded,
        exit_points(whole.loaded, sliced.slicing),
        context.labelled,
        classes=len(sliced.model.data.classes),
        seed=context.seed,
        threshold=USUAL_THRESHOLD,
        by_labels=step.exits == "labels",
    )
    return replace(sliced, exits=heads)
