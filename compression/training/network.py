"""What the loop updates: one module alone, or several of one architecture side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from compression.training import wide
from compression.training.average import averaged
from compression.training.losses import Loss
from compression.training.optimizer import make_optimizer
from compression.training.run import Run

Batch = tuple[Tensor, Tensor]
"""Inputs and labels."""

Losses = Callable[[nn.Module, Sequence[int], Tensor, Tensor], Tensor]
"""The losses [K] of a wide module of those members, by number, on batches of inputs and labels, [K, B, ...]."""


class Network(Protocol):
    """K runs as the loop sees them."""

    runs: Sequence[Run]
    module: nn.Module
    optimizer: torch.optim.Optimizer
    average: AveragedModel | None
    judged: nn.Module
    """Whose accuracy counts: the average where there is one."""

    def losses(self, batches: Sequence[Batch]) -> Tensor:
        """Of the module on a batch for each run: [K]."""

    def logits(self, inputs: Tensor) -> Tensor:
        """[K, B, classes] of what is judged, for the same inputs [B, ...]."""

    def hand_back(self) -> None:
        """Put the runs where the network has come."""


class Alone:
    """One run's own module."""

    def __init__(self, run: Run, loss: Loss) -> None:
        self.runs: Sequence[Run] = [run]
        self.module, self.optimizer, self.average = run.module, run.optimizer, run.average
        self.judged = run.judged
        self._run, self._loss = run, loss

    def losses(self, batches: Sequence[Batch]) -> Tensor:
        [(inputs, labels)] = batches
        return self._loss(self.module, inputs, labels).unsqueeze(0)

    def logits(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.judged(self._run.laid_out(inputs))
        return logits.unsqueeze(0)

    def hand_back(self) -> None:
        """It has worked on the run itself."""


class SideBySide:
    """A wide module of several runs that are equally far, which is faster for small ones.

    Each comes out as if it had been alone, but for the order in which numbers are added.
    """

    def __init__(self, runs: Sequence[Run], numbers: Sequence[int], losses: Losses) -> None:
        self.runs, self._numbers, self._losses = runs, numbers, losses
        plan = runs[0].plan
        self.module = wide.widened([run.module for run in runs])
        for parameter in self.module.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        self.optimizer = make_optimizer(self.module, plan)
        states = [run.optimizer.state_dict()["state"] for run in runs]
        _load(self.optimizer, {i: wide.joined([s[i] for s in states]) for i in states[0]})
        averages = [run.average.state_dict() for run in runs if run.average is not None]
        self.average = averaged(self.module, plan.average) if averages else None
        if self.average is not None:
            self.average.load_state_dict(wide.joined(averages))
        self.judged = self.module if self.average is None else self.average.module

    def losses(self, batches: Sequence[Batch]) -> Tensor:
        inputs, labels = (torch.stack(each) for each in zip(*batches, strict=True))
        return self._losses(self.module, self._numbers, inputs, labels)

    def logits(self, inputs: Tensor) -> Tensor:
        count = len(self.runs)
        logits = self.judged(wide.side_by_side(inputs.expand(count, *inputs.shape)))
        return wide.apart(logits, count)

    def hand_back(self) -> None:
        count, state = len(self.runs), self.optimizer.state_dict()["state"]
        for number, run in enumerate(self.runs):
            run.module.load_state_dict(wide.part(self.module.state_dict(), number, count))
            _load(
                run.optimizer, {i: wide.part(values, number, count) for i, values in state.items()}
            )
            if self.average is not None and run.average is not None:
                run.average.load_state_dict(wide.part(self.average.state_dict(), number, count))


def _load(optimizer: torch.optim.Optimizer, state: dict[int, dict[str, Any]]) -> None:
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
