"""The optimizer of a training and its learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from compression.training.plan import TrainingPlan


def make_optimizer(module: nn.Module, plan: TrainingPlan) -> torch.optim.Optimizer:
    """AdamW, or SGD with Nesterov's momentum, on the parameters that are trained."""
    groups = _groups(module, plan.weight_decay)
    if plan.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=plan.learning_rate, momentum=0.9, nesterov=True)
    return torch.optim.AdamW(groups, lr=plan.learning_rate)


def _groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay for weight matrices only: biases and normalisation have none."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in trained if parameter.ndim > 1]
    vectors = [parameter for parameter in trained if parameter.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]


def warm_cosine(steps: int, warm_up: float) -> Callable[[int], float]:
    """The learning rate at each step, as a share of its peak: a linear rise, then half a cosine."""
    rise = max(1, round(warm_up * steps))

    def factor(step: int) -> float:
        if step < rise:
            return (step + 1) / rise
        return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / max(1, steps - rise))

    return factor
