"""PyTorch's own pruning: the smallest weights of all layers together become zero; alone and with new batch norms."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.utils import prune

from tests.benchmarks.pruning.ours import SPARSITIES, zeros
from tests.benchmarks.pruning.repairs import reestimated
from tests.benchmarks.setting import SEEDS, Setting, parameters_of, timed
from tests.benchmarks.table import Row

TOOL = "torch.nn.utils.prune"
ALONE, REESTIMATED = "L1, global", "L1, global, batch norms re-estimated"


def rows(setting: Setting) -> Iterator[Row]:
    pruned(setting, 0.6)  # not counted: whatever is only set up once
    for sparsity in SPARSITIES:
        module, seconds = timed(lambda sparsity=sparsity: pruned(setting, sparsity))
        if setting.seed == SEEDS[0]:  # no image is looked at
            yield _row(setting, module, ALONE, sparsity, seconds, None)
        module, more = timed(lambda module=module: reestimated(setting, module))
        yield _row(setting, module, REESTIMATED, sparsity, seconds + more, setting.seed)


def pruned(setting: Setting, sparsity: float) -> nn.Module:
    """Weights are zeroed as they were trained, before batch norms are folded."""
    module = setting.trained()
    kinds = (nn.Conv1d, nn.Conv2d, nn.Linear)
    weights = [(layer, "weight") for layer in module.modules() if isinstance(layer, kinds)]
    prune.global_unstructured(weights, pruning_method=prune.L1Unstructured, amount=sparsity)
    for layer, name in weights:
        prune.remove(layer, name)
    return module


def _row(
    setting: Setting,
    module: nn.Module,
    method: str,
    sparsity: float,
    seconds: float,
    seed: int | None,
) -> Row:
    return Row(
        "weights", setting.model_id, TOOL, method, zeros(sparsity), setting.accuracy(module),
        seconds, seed, parameters=parameters_of(module),
    )  # fmt: skip
