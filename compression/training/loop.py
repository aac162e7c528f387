"""The one training loop: a module, or several of one architecture side by side, learns from labelled data."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import nn

from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.losses import LabelLoss, Loss
from compression.training.network import Alone, Batch, Losses, Network, SideBySide
from compression.training.plan import TrainingPlan
from compression.training.processor import has_bfloat16, one_thread
from compression.training.progress import OnEpoch, OnProgress, Progress, ignore
from compression.training.resume import resume, saved
from compression.training.run import Member, Run
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
    run = Run(Member(module, data, seed, checkpoint), plan)
    alone = Alone(run, loss or LabelLoss(plan.label_smoothing))
    return _Loop([run], lambda numbers: alone, report, before_update, on_epoch).results()[0]


def train_together(
    members: Sequence[Member], *, losses: Losses, plan: TrainingPlan, report: OnProgress = ignore
) -> list[Trained]:
    """Train several modules of one architecture as ``train`` would train each, in less time.

    Their batches are equally many and large. ``report`` is told of them as one, with mean loss and accuracy. One
    that diverges stops, and the others go on. A member's checkpoint is the one that ``train`` would write and resume.
    """
    runs = [Run(member, plan) for member in members]

    def side_by_side(numbers: Sequence[int]) -> Network:
        return SideBySide([runs[number] for number in numbers], numbers, losses)

    return _Loop(runs, side_by_side, report).results()


class _Loop:
    """Runs of one plan; ``network`` gives what updates those of them, by number, that are equally far."""

    def __init__(
        self,
        runs: Sequence[Run],
        network: Callable[[Sequence[int]], Network],
        report: OnProgress,
        before_update: BeforeUpdate = unchanged,
        on_epoch: OnEpoch = ignore,
    ) -> None:
        self._runs, self._network = runs, network
        self._report, self._throttle = report, Throttle(report)
        self._before_update, self._on_epoch = before_update, on_epoch

    def results(self) -> list[Trained]:
        """Train, and say what came out of each."""
        cancelled = ""
        with one_thread(), torch.enable_grad(), torch.random.fork_rng(devices=[]):
            try:
                self._begin()
                while numbers := self._furthest_behind():
                    self._epoch(self._network(numbers))
            except StopRequested:
                cancelled = "The training was cancelled."
            note = cancelled or (self._runs[0].diverged if not self._live() else "")
            self._report(replace(self._progress(), note=note))
        return [_trained(run, cancelled) for run in self._runs]

    def _begin(self) -> None:
        """Resume what was begun before; measure the start of the others."""
        fresh = [number for number, run in enumerate(self._runs) if not resume(run)]
        if fresh:
            network = self._network(fresh)
            for run, validation in zip(network.runs, self._validate(network), strict=True):
                run.start(validation)

    def _furthest_behind(self) -> list[int]:
        """The numbers of the runs that have equally much to do, and the most; none when all is done."""
        left = {n: run.steps - run.step for n, run in enumerate(self._runs) if not run.is_finished}
        most = max(left.values(), default=0)
        return [number for number, steps in left.items() if steps == most]

    def _epoch(self, network: Network) -> None:
        """The updates of one epoch, or what is left of the last; then accuracy on validation."""
        network.module.train()
        for batches in zip(*(run.batches() for run in network.runs), strict=True):
            self._update(network, batches)
            self._tell()
            if all(run.is_finished for run in network.runs):
                break
        network.hand_back()
        for run in network.runs:
            run.check_weights()
        if all(run.diverged for run in network.runs):
            return
        for run, validation in zip(network.runs, self._validate(network), strict=True):
            if not run.diverged:
                self._close_epoch(run, validation)

    def _close_epoch(self, run: Run, validation: float) -> None:
        run.close_epoch(validation)
        if run.member.checkpoint is not None:
            run.member.checkpoint.write(saved(run))
        self._on_epoch(run.epoch())

    def _update(self, network: Network, batches: Sequence[Batch]) -> None:
        first = next(run for run in network.runs if not run.diverged)
        self._before_update(network.module, first.step, first.steps)
        for group in network.optimizer.param_groups:
            group["lr"] = first.learning_rate
        network.optimizer.zero_grad()
        low = first.data.bfloat16 and has_bfloat16()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            losses = network.losses(batches)
        for run, loss in zip(network.runs, losses.tolist(), strict=True):
            run.watch_loss(loss)
        if all(run.diverged for run in network.runs):
            return
        losses.sum().backward()
        network.optimizer.step()
        if network.average is not None:
            network.average.update_parameters(network.module)
        for run in network.runs:
            if not run.diverged:
                run.step += 1

    @torch.no_grad()
    def _validate(self, network: Network) -> list[float]:
        """The accuracy of each run of a network."""
        network.judged.eval()
        data = network.runs[0].data
        right = torch.zeros(len(network.runs), dtype=torch.int64)
        for inputs, labels in zip(
            data.validation_inputs.split(VALIDATION_BATCH),
            data.validation_labels.split(VALIDATION_BATCH),
            strict=True,
        ):
            right += (network.logits(inputs).argmax(2) == labels).sum(1)
            self._tell()
        return [count / len(data.validation_labels) for count in right.tolist()]

    def _tell(self) -> None:
        self._throttle.tell(self._progress)

    def _live(self) -> Sequence[Run]:
        return [run for run in self._runs if not run.diverged]

    def _progress(self) -> Progress:
        """Of the slowest run, with the mean loss and accuracy."""
        moments = [run.progress() for run in self._live() or self._runs]
        known = [moment.validation for moment in moments if moment.validation is not None]
        return replace(
            min(moments, key=lambda moment: moment.step),
            loss=sum(moment.loss for moment in moments) / len(moments),
            validation=sum(known) / len(known) if known else None,
        )


def _trained(run: Run, cancelled: str) -> Trained:
    module = copy.deepcopy(run.member.module)
    module.load_state_dict(run.kept.state)
    return Trained(
        module=module.eval(),
        validation=run.kept.validation,
        started=run.started,
        epoch=run.kept.epoch,
        steps=run.step,
        stopped="diverged" if run.diverged else "cancelled" if cancelled else "",
        reason=run.diverged or cancelled,
    )
