"""How sparsity rises to what is asked for: in stages that are refitted one by one, or while a model trains."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from compression.techniques.pruning.knobs import Prune

RUNGS = (0.7, 0.85, 0.925, 0.9625)
"""Where weights are refitted and ranked anew on the way to a higher sparsity.

What a weight is worth changes once others have made up for those that went. On ResNet-8 (2,000
validation images) 95 % zeros then leave 80.6 % accuracy instead of 72.4.
"""
SMALLEST_STEP = 1.15
"""A rung counts if it keeps at least so many times the weights that are wanted."""


def stages(step: Prune) -> list[Prune]:
    """The steps to take one after the other, each with fewer weights, the last being what was asked for."""
    if step.repair != "refit" or step.gradual == "off":
        return [step]
    if step.pattern != "free":
        on_the_way = [step.model_copy(update={"pattern": "2:4"})] * (step.pattern == "1:4")
        return [*on_the_way, step]
    rungs = [rung for rung in RUNGS if 1 - rung >= SMALLEST_STEP * (1 - step.sparsity)]
    return [*(part_way(step, partial(min, rung)) for rung in rungs), step]


def part_way(step: Prune, so_far: Callable[[float], float]) -> Prune:
    """The step before its end: ``so_far`` tells of each final sparsity, of all or of a layer, how much is reached."""
    own = ";".join(f"{path}={so_far(s)}" for path, s in step.sparsity_by_layer.items())
    return step.model_copy(update={"sparsity": so_far(step.sparsity), "layers": own})


def cubic(done: float, start: float, end: float) -> float:
    """The sparsity when a share ``done`` of the rise is over: fast at first, ever slower at the end.

    Zhu & Gupta, 2017, arXiv:1710.01878, equation 1.
    """
    return end + (start - end) * (1 - min(max(done, 0.0), 1.0)) ** 3


def geometric(number: int, count: int, end: float) -> float:
    """The sparsity of a round, from 0, of ``count``: each keeps the same share of what the one before kept.

    Frankle & Carbin, 2019, arXiv:1803.03635.
    """
    return 1 - float((1 - end) ** ((number + 1) / count))
