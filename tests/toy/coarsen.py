"""The toy technique itself: each weight becomes a multiple of a power of two."""

from __future__ import annotations

import copy

from compression.models.compressed import Compressed, weight_names
from compression.techniques.context import StepContext
from tests.toy.knobs import Coarsen


def coarsen(compressed: Compressed, step: Coarsen, context: StepContext) -> Compressed:
    module = copy.deepcopy(compressed.folded.module)
    unit = 2.0**-step.places
    for name in weight_names(module):
        weight = module.get_parameter(name)
        weight.data = (weight.data / unit).round() * unit
    return compressed.folded.with_module(module)
