"""The training loop: a module, labelled data, a loss and a plan give the best module on validation."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.plan import Plan
from compression.training.processor import one_thread
from compression.training.progress import Report, ignore
from compression.training.run import Run, Stopped

Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]
"""The loss of a module, in training mode, on a batch of inputs and their labels: a scalar."""

BeforeUpdate = Callable[[nn.Module, int, int], None]
"""May change a module in place before an update, knowing the updates done and those of the whole training."""


def unchanged(module: nn.Module, step: int, steps: int) -> None:
    """Nothing is changed between updates."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What came out. ``module`` is in evaluation mode; its accuracy on validation is ``validation``."""

    module: nn.Module
    validation: float
    started: float
    """The accuracy on validation before the first update."""
    steps: int
    """Updates done."""
    stopped: Literal["", "cancelled", "diverged"] = ""
    reason: str = ""
    """Why it stopped early, in a sentence."""


def train(
    module: nn.Module,
    data: TrainingData,
    *,
    loss: Loss,
    plan: Plan,
    seed: int = 0,
    report: Report = ignore,
    checkpoint: Checkpoint | None = None,
    before_update: BeforeUpdate = unchanged,
) -> Trained:
    """Train those parameters of a module's copy that require a gradient.

    Equal seeds give equal weights on one machine, with one thread.

    Accuracy on validation is measured at the start and after each epoch. ``report`` is told about five
    times a second; if it returns False, or the loss explodes or is no number any more, training stops
    with the weights that ``plan.keep`` asks for among those measured so far. What ``report`` raises goes
    through. With a ``checkpoint`` an interrupted training goes on after its last whole epoch, with the
    same result as if it had not been interrupted, and a finished one is not repeated. ``before_update``
    must do the same at the same update of the same weights, or that is no longer so.
    """
    with one_thread(), torch.enable_grad(), torch.random.fork_rng(devices=[]):
        run = Run(
            copy.deepcopy(module),
            data,
            loss=loss,
            plan=plan,
            seed=seed,
            report=report,
            before_update=before_update,
        )
        stopped: Stopped | None = None
        try:
            run.begin(None if checkpoint is None else checkpoint.read())
            while run.step < run.steps:
                run.epoch()
                if checkpoint is not None:
                    checkpoint.write(run.saved())
        except Stopped as end:
            stopped = end
        run.finish("" if stopped is None else stopped.reason)
    kept = copy.deepcopy(module)
    kept.load_state_dict(run.kept.state)
    return Trained(
        module=kept.eval(),
        validation=run.kept.validation,
        started=run.started,
        steps=run.step,
        stopped="" if stopped is None else stopped.why,
        reason="" if stopped is None else stopped.reason,
    )
