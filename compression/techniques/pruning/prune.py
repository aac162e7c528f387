"""Pruning of single weights: what can't be is refused, then the step's repair decides who does it."""

from __future__ import annotations

import torch

from compression.models.compressed import Compressed, require_finite
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.removal import own_sparsities
from compression.techniques.pruning.trained import prune_and_train
from compression.techniques.pruning.untrained import prune_untrained
from compression.techniques.shared.positions import looking_at


@torch.no_grad()
def prune(compressed: Compressed, step: Prune, context: StepContext) -> Compressed:
    """The model with zeros where the step asks for them; what came in is unchanged.

    Refit, bias and all that trains repair the folded model; otherwise batch norms stay. Where nothing goes
    and nothing is trained, the model comes back as it is. A weight or bias on a grid stays on it.
    """
    require_finite(compressed, "can't be ranked")
    own_sparsities(compressed, step)  # what can't be is said before any work
    context = looking_at(context, compressed.module, step.images)
    if step.is_trained:
        return prune_and_train(compressed, step, context)
    return prune_untrained(compressed, step, context)
