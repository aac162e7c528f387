"""PyTorch's own pruning: the smallest weights of all layers together become zero."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.utils import prune

from tests.benchmarks.pruning.ours import SPARSITIES
from tests.benchmarks.pruning.table import Row
from tests.benchmarks.quantization.setting import Setting, timed

TOOL = "torch.nn.utils.prune"


def rows(setting: Setting) -> Iterator[Row]:
    pruned(setting, 0.6)  # not counted: whatever is only set up once
    for sparsity in SPARSITIES:
        module, seconds = timed(lambda sparsity=sparsity: pruned(setting, sparsity))
        count = sum(parameter.numel() for parameter in module.parameters())
        name, accuracy = f"{sparsity:.0%} zeros", setting.accuracy_of(module)
        yield Row("weights", TOOL, "L1, global", name, accuracy, seconds, count)


def pruned(setting: Setting, sparsity: float) -> nn.Module:
    """Weights are zeroed as they were trained, before batch norms are folded."""
    module = setting.trained()
    kinds = (nn.Conv1d, nn.Conv2d, nn.Linear)
    weights = [(layer, "weight") for layer in module.modules() if isinstance(layer, kinds)]
    prune.global_unstructured(weights, pruning_method=prune.L1Unstructured, amount=sparsity)
    for layer, name in weights:
        prune.remove(layer, name)
    return module
