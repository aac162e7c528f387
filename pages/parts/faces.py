"""The techniques that have a page, in the navigation's order: one line each. Steps stand in `TECHNIQUES`."""

from __future__ import annotations

from pages.techniques import (
    channels,
    distillation,
    federated,
    pruning,
    quantization,
    search,
    slicing,
)
from pages.techniques.face import Face

FACES: dict[str, Face] = {
    face.name: face
    for face in (
        pruning.FACE,
        channels.FACE,
        quantization.FACE,
        distillation.FACE,
        search.FACE,
        slicing.FACE,
        federated.FACE,
    )
}
"""By technique."""
