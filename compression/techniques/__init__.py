"""The techniques there are: one line each. Torch-free; the work itself is imported where it is done."""

from __future__ import annotations

from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.distillation.knobs import Distill
from compression.techniques.federated.knobs import Federate
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.search.knobs import ChooseSubnet
from compression.techniques.slicing.knobs import Slice
from compression.techniques.step import Step

TECHNIQUES: dict[str, type[Step]] = {
    step.technique: step
    for step in (Prune, PruneChannels, Quantize, Distill, Slice, Federate, ChooseSubnet)
}
