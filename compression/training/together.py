"""Several trainings of one architecture and one plan in one run: side by side, which is faster for small modules.

Each comes out as if it had been alone, but for the order in which numbers are added; each has its own
checkpoint, as if alone, so that whichever way a training goes on, it finds what was done.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn

from compression.training import wide
from compression.training.checkpoints import Checkpoint
from compression.training.data import TrainingData
from compression.training.optimizer import make_optimizer
from compression.training.plan import Plan
from compression.training.processor import one_thread
from compression.training.progress import Report, ignore
from compression.training.run import REPORT_SECONDS, VALIDATION_BATCH, Run, Stopped

Losses = Callable[[nn.Module, Sequence[int], Tensor, Tensor], Tensor]
"""The losses [K] of a wide module of these pupils, by number, on batches of inputs and labels, [K, B, ...]."""


@dataclass(frozen=True, eq=False)
class Pupil:
    """One of the trainings: what `loop.train` would be given."""

    module: nn.Module
    data: TrainingData
    seed: int
    checkpoint: Checkpoint


def train(pupils: Sequence[Pupil], *, losses: Losses, plan: Plan, report: Report = ignore) -> None:
    """Train them all; what came out is in their checkpoints, where `loop.train` finds it.

    Their batches are equally many and large. ``report`` is told of them as one, with mean loss and accuracy; what
    it raises goes through, and if it returns False all stop there. One that diverges is left for `loop.train`,
    which will say why.
    """
    with one_thread(), torch.enable_grad(), torch.random.fork_rng(devices=[]):
        school = _School(pupils, losses, plan, report)
        try:
            school.begin()
            while active := school.furthest_behind():
                school.epoch(active)
        except Stopped:
            return


class _School:
    """A run for each pupil, which keeps its books; the updates are made by a wide module of those that are as far."""

    def __init__(self, pupils: Sequence[Pupil], losses: Losses, plan: Plan, report: Report) -> None:
        self._pupils, self._losses, self._plan, self._report = pupils, losses, plan, report
        self._told = 0.0
        self._lost: set[int] = set()
        self._runs = [
            Run(
                copy.deepcopy(pupil.module),
                pupil.data,
                loss=_never,
                plan=plan,
                seed=pupil.seed,
                report=ignore,
                before_update=_nothing,
            )
            for pupil in pupils
        ]

    def begin(self) -> None:
        for run, pupil in zip(self._runs, self._pupils, strict=True):
            run.begin(pupil.checkpoint.read())
            self._tell()

    def furthest_behind(self) -> list[int]:
        """The numbers of those that have equally much to do, and the most; none when all is done."""
        left = {
            number: run.steps - run.step
            for number, run in enumerate(self._runs)
            if number not in self._lost
        }
        most = max(left.values(), default=0)
        return [number for number, steps in left.items() if steps == most] if most else []

    def epoch(self, numbers: Sequence[int]) -> None:
        """One epoch of some pupils, and accuracy on validation."""
        runs = [self._runs[number] for number in numbers]
        module, optimizer = self._gathered(runs)
        module.train()
        for batches in zip(*(run.batches() for run in runs), strict=True):
            self._update(module, optimizer, numbers, batches)
            self._tell()
            if runs[0].step == runs[0].steps:
                break
        self._scatter(module, optimizer, runs)
        accuracies = self._validate(module, runs)
        for number, run, accuracy in zip(numbers, runs, accuracies, strict=True):
            self._heed(number, run.check)
            if number not in self._lost:
                run.close(accuracy)
                self._pupils[number].checkpoint.write(run.saved())

    def _update(
        self,
        module: nn.Module,
        optimizer: torch.optim.Optimizer,
        numbers: Sequence[int],
        batches: Sequence[tuple[Tensor, Tensor]],
    ) -> None:
        runs = [self._runs[number] for number in numbers]
        for group in optimizer.param_groups:
            group["lr"] = runs[0].learning_rate
        inputs, labels = (torch.stack(each) for each in zip(*batches, strict=True))
        optimizer.zero_grad()
        losses = self._losses(module, numbers, inputs, labels)
        for number, run, loss in zip(numbers, runs, losses.tolist(), strict=True):
            self._heed(number, partial(run.watch, loss))
        losses.sum().backward()
        optimizer.step()
        for run in runs:
            run.step += 1

    def _heed(self, number: int, watch: Callable[[], None]) -> None:
        """One that diverges is lost for this run; the others are not hurt."""
        if number in self._lost:
            return
        try:
            watch()
        except Stopped:
            self._lost.add(number)

    def _gathered(self, runs: Sequence[Run]) -> tuple[nn.Module, torch.optim.Optimizer]:
        """The wide module and its optimizer, where these runs are."""
        module = wide.widened([run.module for run in runs])
        for parameter in module.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        optimizer = make_optimizer(
            module,
            self._plan.optimizer,
            learning_rate=self._plan.learning_rate,
            weight_decay=self._plan.weight_decay,
        )
        states = [run.optimizer.state_dict()["state"] for run in runs]
        joined = {
            index: {name: wide.joined([s[index][name] for s in states]) for name in values}
            for index, values in states[0].items()
        }
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": joined, "param_groups": groups})
        return module, optimizer

    def _scatter(
        self, module: nn.Module, optimizer: torch.optim.Optimizer, runs: Sequence[Run]
    ) -> None:
        """Put the runs where the wide module has come."""
        state = optimizer.state_dict()["state"]
        for number, run in enumerate(runs):
            run.module.load_state_dict(wide.state_of(module, number, len(runs)))
            mine = {
                index: {n: wide.part(value, number, len(runs)) for n, value in values.items()}
                for index, values in state.items()
            }
            groups = run.optimizer.state_dict()["param_groups"]
            run.optimizer.load_state_dict({"state": mine, "param_groups": groups})

    @torch.no_grad()
    def _validate(self, module: nn.Module, runs: Sequence[Run]) -> list[float]:
        module.eval()
        data, count = self._pupils[0].data, len(runs)
        right = torch.zeros(count, dtype=torch.int64)
        for x, y in zip(
            data.validation_inputs.split(VALIDATION_BATCH),
            data.validation_labels.split(VALIDATION_BATCH),
            strict=True,
        ):
            logits = wide.apart(module(wide.side_by_side(x.expand(count, *x.shape))), count)
            right += (logits.argmax(2) == y).sum(1)
            self._tell()
        return [number / len(data.validation_labels) for number in right.tolist()]

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told < REPORT_SECONDS:
            return
        self._told = now
        moments = [run.progress() for run in self._runs]
        known = [m.validation for m in moments if m.validation is not None]
        slowest = min(moments, key=lambda moment: moment.step)
        progress = replace(
            slowest,
            loss=_mean([m.loss for m in moments]),
            validation=_mean(known) if known else None,
        )
        if self._report(progress) is False:
            raise Stopped("cancelled", "The training was cancelled.")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _never(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    raise AssertionError("The wide module makes the updates.")


def _nothing(module: nn.Module, step: int, steps: int) -> None:
    """Updates are made elsewhere."""
