"""The same help for others' pruned models as ours get: batch norms measured anew, and the original's answers learnt."""

from __future__ import annotations

import torch
from torch import nn

from compression.training.data import Training
from compression.training.self_distillation import self_distil
from tests.benchmarks.setting import Setting


@torch.no_grad()
def reestimated(setting: Setting, module: nn.Module) -> nn.Module:
    """Means and variances of all batch norms as they are for the calibration images; changes the module."""
    norms = [norm for norm in module.modules() if isinstance(norm, nn.BatchNorm2d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean
    module.train()
    for batch in torch.from_numpy(setting.images).split(128):
        module(batch)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
    return module.eval()


def distilled(setting: Setting, module: nn.Module) -> nn.Module:
    """After learning the original's answers for 4,000 unlabelled images: the loop behind our ``repair=distil``."""
    training = Training(load=setting.subject.training_data)
    return self_distil(module, setting.trained(), training, epochs=1.0, seed=setting.seed).eval()
