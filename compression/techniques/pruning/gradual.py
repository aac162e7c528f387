"""Zeros that come while the model learns: their share rises fast at first, ever slower at the end.

Zhu & Gupta, 2017, arXiv:1710.01878, from a model that is trained already.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.removal import removed
from compression.techniques.pruning.repair import rewrite_layers
from compression.techniques.pruning.schedule import cubic, part_way
from compression.techniques.pruning.scores import Given
from compression.techniques.pruning.untrained import prune_untrained
from compression.techniques.shared.layerwise import outputs
from compression.techniques.shared.masked import finished, take_over
from compression.techniques.shared.retrain import finetune

BEGIN = 0.9
"""The share of the final sparsity that it begins with; this and the next chosen on ResNet-8's validation images."""
RISE, RANKINGS = 0.3, 5
"""The share of the training in which sparsity rises, and how many times weights are ranked anew in it."""


def gradual(folded: Compressed, step: Prune, context: StepContext) -> Compressed:
    """Chosen and refitted at a part of the sparsity, then trained; while it rises weights are ranked and refitted anew.

    What is zero stays zero. The last weights are kept, since those before have fewer zeros.
    """
    wanted = step.refitted.model_copy(update={"repair": "refit"})
    targets = outputs(folded, context.calibration, seed=context.seed)

    def pruned(now: Compressed, done: float) -> Compressed:
        stage = part_way(wanted, lambda end: cubic(done, BEGIN * end, end))
        gone = removed(now, Given(folded, stage, context))
        if all(bool((now.module.get_parameter(n)[mask] == 0).all()) for n, mask in gone.items()):
            return now
        return rewrite_layers(now, gone, targets, stage, context)

    @torch.no_grad()
    def rise(masked: nn.Module, number: int, steps: int) -> None:
        last = int(RISE * steps)
        if number == last or (number < last and number % math.ceil(last / RANKINGS) == 0):
            done = number / last if last else 1.0
            take_over(masked, pruned(finished(start, masked), done))

    start = prune_untrained(folded, part_way(step.refitted, lambda end: BEGIN * end), context)
    trained = finetune(start, folded.module, step.epochs, context, keep="last", before_update=rise)
    return pruned(trained, 1.0)  # a training that was stopped early has fewer zeros
