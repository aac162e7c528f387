"""How many numbers a model has learned, those included that folding a batch norm has merged into others."""

from __future__ import annotations

from functools import lru_cache

from torch import nn

from compression.models import untrained
from compression.models.catalogue import ModelCard
from compression.models.compressed import Compressed
from compression.point import Measurement


def with_norms(parameters: Measurement, compressed: Compressed) -> Measurement:
    """The count with each norm's learned scale, which its layer's weights hold, and its shift.

    The shift is the layer's bias now; where that had one before, two were learned and one is left.
    """
    biased = _biased_layers(compressed.model, compressed.student)
    merged = sum(
        scale.numel() * (2 if name.rpartition(".")[0] in biased else 1)
        for name, scale in compressed.fold_scales.items()
    )
    return parameters.model_copy(update={"value": (parameters.value or 0) + merged})


@lru_cache(maxsize=64)
def _biased_layers(card: ModelCard, student: str) -> frozenset[str]:
    """The paths of the layers that have a bias of their own as they are trained."""
    layers = untrained(card, student).named_modules()
    return frozenset(
        path for path, layer in layers if isinstance(getattr(layer, "bias", None), nn.Parameter)
    )
