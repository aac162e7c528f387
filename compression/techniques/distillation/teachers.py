"""Who teaches: the modules behind a step's teacher."""

from __future__ import annotations

from torch import nn

from compression import models
from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.distillation.knobs import ORIGINAL, PREVIOUS, Distill
from compression.techniques.shared.rounded_activations import rounding


def teachers(compressed: Compressed, step: Distill) -> tuple[nn.Module, ...]:
    """The step's teachers in evaluation mode; UsageError where one knows another data set."""
    return tuple(_teacher(compressed, name) for name in step.teachers)


def _teacher(compressed: Compressed, name: str) -> nn.Module:
    if name == PREVIOUS:
        return rounding(fold_batch_norm(compressed)).eval()
    if name == ORIGINAL:
        return _original(compressed.model)
    mine, other = MODELS[compressed.model].dataset, MODELS[name].dataset
    if mine != other:
        raise UsageError(
            f"The teacher {name} knows {other}, and {compressed.model} is for {mine}: "
            f"choose a model of {mine}."
        )
    return _original(name)


def _original(name: str) -> nn.Module:
    """A trained model, its batch norms folded: a fifth faster, and the same content wherever it comes from."""
    return fold_batch_norm(Compressed(name, models.load(name))).module
