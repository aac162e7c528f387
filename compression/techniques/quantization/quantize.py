"""Quantization of a model's weights and activations: without training, or with it."""

from __future__ import annotations

import torch

from compression.models.compressed import Compressed, fold_batch_norm, require_finite
from compression.techniques.context import StepContext
from compression.techniques.quantization import qat
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.post_training import quantize_untrained
from compression.techniques.shared.positions import looking_at


@torch.no_grad()
def quantize(compressed: Compressed, step: Quantize, context: StepContext) -> Compressed:
    """The model with every weight on a grid, as the step asks; what came in is unchanged.

    Batch norms are folded first because the folded weight is the one that is stored and multiplied.
    """
    folded = fold_batch_norm(compressed)
    require_finite(folded, "no grid can")
    context = looking_at(context, folded.module, step.images)
    if step.is_trained:
        return qat.train(folded, step, context)
    return quantize_untrained(folded, step, context)
