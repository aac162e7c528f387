"""The one training loop: a module learns from labelled data, and equal seeds give equal weights."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn

from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.losses import LabelLoss, Loss
from compression.training.plan import TrainingPlan
from compression.training.processor import has_bfloat16, one_thread
from compression.training.progress import OnEpoch, OnProgress, ignore
from compression.training.resume import resume, saved
from compression.training.run import Run
from compression.training.throttle import StopRequested, Throttle

VALIDATION_BATCH = 250

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
    epoch: int
    """After which these weights were there; 0 is the start."""
    steps: int
    """Updates done."""
    stopped: Literal["", "cancelled", "diverged"] = ""
    reason: str = ""
    """Why it stopped early, in a sentence."""


def train(
    module: nn.Module,
    data: TrainingData,
    *,
    plan: TrainingPlan,
    loss: Loss | None = None,
    seed: int = 0,
    report: OnProgress = ignore,
    checkpoint: Checkpoint | None = None,
    before_update: BeforeUpdate = unchanged,
    on_epoch: OnEpoch = ignore,
) -> Trained:
    """Train those parameters of a module's copy that require a gradient; without a ``loss``, by the labels.

    Equal seeds give equal weights on one machine, with one thread.

    Accuracy on validation is measured at the start and after each epoch. ``report`` is told about five
    times a second; if it returns False, or the loss explodes or is no number any more, training stops
    with the weights that ``plan.keep`` asks for among those measured so far. What ``report`` raises goes
    through. With a ``checkpoint`` an interrupted training goes on after its last whole epoch, with the
    same result as if it had not been interrupted, and a finished one is not repeated. ``before_update``
    must do the same at the same update of the same weights, or that is no longer so.
    """
    if plan.random == "continuous" and checkpoint is not None:
        raise ValueError("Continuous random numbers can't be resumed: leave the checkpoint out.")
    run = Run(module, data, plan=plan, seed=seed)
    loss = loss or LabelLoss(plan.label_smoothing)
    return _Loop(run, loss, report, checkpoint, before_update, on_epoch).result(module)


class _Loop:
    """The updates of one run, and everyone who is told of them."""

    def __init__(
        self,
        run: Run,
        loss: Loss,
        report: OnProgress,
        checkpoint: Checkpoint | None,
        before_update: BeforeUpdate,
        on_epoch: OnEpoch,
    ) -> None:
        self._run, self._loss = run, loss
        self._report, self._throttle = report, Throttle(report)
        self._checkpoint = checkpoint
        self._before_update, self._on_epoch = before_update, on_epoch

    def result(self, module: nn.Module) -> Trained:
        """Train, and say what came of the module."""
        run, cancelled = self._run, ""
        with one_thread(), torch.enable_grad(), torch.random.fork_rng(devices=[]):
            try:
                if not resume(run, self._checkpoint):
                    run.start(self._validate())
                while not run.is_finished:
                    self._epoch()
            except StopRequested:
                cancelled = "The training was cancelled."
            reason = run.diverged or cancelled
            self._report(replace(run.progress(), note=reason))
        trained = copy.deepcopy(module)
        trained.load_state_dict(run.kept.state)
        return Trained(
            module=trained.eval(),
            validation=run.kept.validation,
            started=run.started,
            epoch=run.kept.epoch,
            steps=run.step,
            stopped="diverged" if run.diverged else "cancelled" if cancelled else "",
            reason=reason,
        )

    def _epoch(self) -> None:
        """The updates of one epoch, or what is left of the last; then accuracy on validation."""
        run = self._run
        run.module.train()
        for inputs, labels in run.batches():
            self._update(inputs, labels)
            self._throttle.tell(run.progress)
            if run.is_finished:
                break
        run.check_weights()
        if run.diverged:
            return
        run.close_epoch(self._validate())
        if self._checkpoint is not None:
            self._checkpoint.write(saved(run))
        self._on_epoch(run.epoch())

    def _update(self, inputs: Tensor, labels: Tensor) -> None:
        run = self._run
        self._before_update(run.module, run.step, run.steps)
        for group in run.optimizer.param_groups:
            group["lr"] = run.learning_rate
        run.optimizer.zero_grad()
        low = run.data.bfloat16 and has_bfloat16()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            loss = self._loss(run.module, inputs, labels)
        run.watch_loss(loss.item())
        if run.diverged:
            return
        loss.backward()
        run.optimizer.step()
        if run.average is not None:
            run.average.update_parameters(run.module)
        run.step += 1

    @torch.no_grad()
    def _validate(self) -> float:
        """The accuracy of what is judged."""
        run = self._run
        run.judged.eval()
        right = 0
        for inputs, labels in zip(
            run.data.validation_inputs.split(VALIDATION_BATCH),
            run.data.validation_labels.split(VALIDATION_BATCH),
            strict=True,
        ):
            right += int((run.judged(run.laid_out(inputs)).argmax(1) == labels).sum())
            self._throttle.tell(run.progress)
        return right / len(run.data.validation_labels)
