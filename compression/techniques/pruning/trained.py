"""Pruning of single weights with a repair that trains: which of them, from where it starts."""

from __future__ import annotations

from compression.models.compressed import Compressed, fold_batch_norm
from compression.techniques.context import StepContext
from compression.techniques.pruning.gradual import gradual
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.rewind import rewind
from compression.techniques.pruning.untrained import prune_untrained
from compression.techniques.shared.masked import require_floats
from compression.techniques.shared.retrain import REPAIRS


def prune_and_train(compressed: Compressed, step: Prune, context: StepContext) -> Compressed:
    """The model pruned and trained as the step asks, batch norms folded; UsageError for weights on grids."""
    require_floats(compressed, step.technique, step.repair)
    folded = fold_batch_norm(compressed)
    if step.repair == "gradual":
        return gradual(folded, step, context)
    if step.repair == "rewind":
        return rewind(folded, step, context)
    start = prune_untrained(folded, step.refitted, context)
    return REPAIRS[step.repair](start, folded.module, step.epochs, context)
