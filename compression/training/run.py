"""One module on its way through a training: what changes from update to update."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compression.training.average import averaged
from compression.training.data import TrainingData
from compression.training.optimizer import make_optimizer, warm_cosine
from compression.training.plan import TrainingPlan
from compression.training.progress import Epoch, Progress

EXPLODED = 10.0
"""The loss has exploded when it is so many times the first one, or 1 where that was less."""
SMOOTH = 0.9
"""Decay of the running loss that is reported and watched."""


@dataclass(frozen=True, eq=False)
class Kept:
    """The weights that count so far, with their accuracy on validation; epoch 0 is the start."""

    state: Mapping[str, Tensor]
    validation: float
    epoch: int


class Run:
    """A copy of a module that is trained, with its optimizer and where it stands."""

    def __init__(
        self, module: nn.Module, data: TrainingData, *, plan: TrainingPlan, seed: int
    ) -> None:
        self.data, self.plan, self.seed = data, plan, seed
        self.module = copy.deepcopy(module)
        self.average = averaged(self.module, plan.average) if plan.average else None
        self._layout = torch.channels_last if self.data.channels_last else torch.contiguous_format
        for parameter in self.module.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=self._layout)
        self.optimizer = make_optimizer(self.module, plan)
        self._batch = min(plan.batch_size, len(self.data.labels))
        self._per_epoch = len(self.data.labels) // self._batch
        self.step, self.steps = 0, max(1, round(plan.epochs * self._per_epoch))
        self._schedule = warm_cosine(self.steps, plan.warm_up)
        self._random = torch.Generator().manual_seed(seed)
        self._losses: list[float] = []
        self._began: tuple[float, int] | None = None
        self.running_loss = self.first_loss = math.nan
        self.started = math.nan
        self.validation: float | None = None
        self.kept = Kept(self._state(), 0.0, 0)  # for whoever stops before the start is measured
        self.diverged = ""
        """Why it can't go on, in a sentence."""

    @property
    def is_finished(self) -> bool:
        return bool(self.diverged) or self.step == self.steps

    @property
    def learning_rate(self) -> float:
        """Of the next update."""
        return self.plan.learning_rate * self._schedule(self.step)

    @property
    def judged(self) -> nn.Module:
        """Whose accuracy on validation counts, and whose weights are kept."""
        return self.module if self.average is None else self.average.module

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """This epoch's training examples in their order, augmented; the incomplete batch is left out."""
        if self._began is None:
            self._began = time.monotonic(), self.step
        self._losses.clear()
        random = self._epoch_random()
        order = torch.randperm(len(self.data.labels), generator=random)
        for chosen in order[: self._per_epoch * self._batch].split(self._batch):
            inputs = self.data.augment(self.data.inputs[chosen], random)
            yield self.laid_out(inputs), self.data.labels[chosen]

    def laid_out(self, inputs: Tensor) -> Tensor:
        """Images as the module is fastest with them."""
        return inputs.contiguous(memory_format=self._layout) if inputs.ndim == 4 else inputs

    def watch_loss(self, loss: float) -> None:
        """Follow the loss of the next update: no number, or far too large a one, is the end."""
        if self.step == 0:
            self.running_loss = self.first_loss = loss
        self._losses.append(loss)
        self.running_loss = SMOOTH * self.running_loss + (1 - SMOOTH) * loss
        if not self.running_loss <= EXPLODED * max(1.0, self.first_loss):  # NaN, too
            self.diverged = (
                f"The loss was {loss:.3g} at update {self.step + 1} of {self.steps}: training stopped "
                "there, with the best weights until then."
            )

    def check_weights(self) -> None:
        """Weights that are no numbers are the end, too."""
        finite = all(bool(p.isfinite().all()) for p in self.module.parameters())
        if not (finite or self.diverged):
            self.diverged = f"Weights were no numbers any more after {self.step} updates."

    def start(self, validation: float) -> None:
        """Keep what was there before the first update, with its accuracy on validation."""
        self.started = self.validation = validation
        self.kept = Kept(self._state(), validation, 0)

    def close_epoch(self, validation: float) -> None:
        """Keep the epoch's weights, if this accuracy on validation is the best so far."""
        self.validation = validation
        if self.plan.keep == "last" or validation >= self.kept.validation:
            self.kept = Kept(self._state(), validation, self.epochs_done)

    @property
    def epochs_done(self) -> int:
        """A part of one at the end counts as one."""
        return math.ceil(self.step / self._per_epoch)

    def epoch(self) -> Epoch:
        """The one that has been closed last."""
        assert self.validation is not None
        return Epoch(
            number=self.epochs_done,
            of=math.ceil(self.steps / self._per_epoch),
            loss=sum(self._losses) / len(self._losses),
            validation=self.validation,
            seconds_left=self._seconds_left() or 0.0,
        )

    def progress(self) -> Progress:
        return Progress(
            step=self.step,
            steps=self.steps,
            epoch=self.step / self._per_epoch,
            epochs=self.steps / self._per_epoch,
            loss=self.running_loss,
            validation=self.validation,
            seconds_left=self._seconds_left(),
        )

    def _seconds_left(self) -> float | None:
        if self._began is None or self.step == self._began[1]:
            return None
        began_at, first_step = self._began
        pace = (time.monotonic() - began_at) / (self.step - first_step)
        return pace * (self.steps - self.step)

    def _epoch_random(self) -> torch.Generator:
        """Order and augmentation depend on seed and epoch alone, so that a resumed training goes on the same."""
        if self.plan.random == "continuous":
            return self._random
        seed = (self.seed * 1_000_003 + self.step // self._per_epoch * 7919 + 1) % 2**63
        torch.manual_seed(seed)  # dropout and the like
        return torch.Generator().manual_seed(seed)

    def _state(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.judged.state_dict().items()}
