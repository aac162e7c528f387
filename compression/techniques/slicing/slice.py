"""Slicing as a step: the model stays as it is and is told how it is to be cut when it is deployed. Worker side."""

from __future__ import annotations

from dataclasses import replace

from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.models.slicing import Slicing
from compression.techniques.context import StepContext
from compression.techniques.slicing.knobs import Slice


def slice_model(compressed: Compressed, step: Slice, context: StepContext) -> Compressed:
    """The same model with a slicing; UsageError where a step before has sliced it."""
    if compressed.slicing is not None:
        raise UsageError(
            f"The model is cut into {compressed.slicing.stages} stages already: keep one slice step in the recipe."
        )
    asked = Slicing(
        stages=step.stages,
        cuts=step.cut_numbers,
        split=step.split == "auto",
        objective=step.objective,
        cap_bytes=round(1000 * step.cap_kb),
        link_mbps=step.link_mbps,
        link_dtype=step.link_dtype,
    )
    return replace(compressed, slicing=asked)
