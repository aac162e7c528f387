"""One training on its way: what changes from update to update, and how it is saved and taken up again."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from compression.training.checkpoints import Saved
from compression.training.data import TrainingData
from compression.training.optimizer import make_optimizer, warm_cosine
from compression.training.plan import Plan
from compression.training.processor import has_bfloat16
from compression.training.progress import Progress, Report

REPORT_SECONDS = 0.2
VALIDATION_BATCH = 250
EXPLODED = 10.0
"""The loss has exploded when it is so many times the first one, or 1 where that was less."""
SMOOTH = 0.9
"""Decay of the running loss that is reported and watched."""


class Stopped(Exception):
    """The training ends here, with what is kept so far."""

    def __init__(self, why: Literal["cancelled", "diverged"], reason: str) -> None:
        super().__init__(reason)
        self.why, self.reason = why, reason


@dataclass(frozen=True, eq=False)
class Kept:
    """The weights that count so far, with their accuracy on validation."""

    state: Mapping[str, Tensor]
    validation: float


class Run:
    """A module that is trained in place."""

    kept: Kept
    started = math.nan

    def __init__(
        self,
        module: nn.Module,
        data: TrainingData,
        *,
        loss: Callable[[nn.Module, Tensor, Tensor], Tensor],
        plan: Plan,
        seed: int,
        report: Report,
        before_update: Callable[[nn.Module, int, int], None],
    ) -> None:
        self.module, self._data, self._loss, self._plan = module, data, loss, plan
        self._before_update = before_update
        self._seed, self._report = seed, report
        self._batch = min(plan.batch_size, len(data.labels))
        self._per_epoch = len(data.labels) // self._batch
        self.step, self.steps = 0, max(1, round(plan.epochs * self._per_epoch))
        self._running = self._first = math.nan
        self._validation: float | None = None
        self._note, self._told = "", 0.0
        self._began, self._began_at = time.monotonic(), 0
        self._layout = torch.channels_last if data.channels_last else torch.contiguous_format
        for parameter in module.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=self._layout)
        self.optimizer = make_optimizer(
            module, plan.optimizer, learning_rate=plan.learning_rate, weight_decay=plan.weight_decay
        )
        self._schedule = warm_cosine(self.steps, plan.warm_up)

    def begin(self, saved: Saved | None) -> None:
        """Take up what was saved, if it was of this very training; else measure the start."""
        if saved is not None and saved.facts.get("signature") == self._signature():
            self._restore(saved)
            self._began, self._began_at = time.monotonic(), self.step
        else:
            state = self._state()
            self.kept = Kept(state, 0.0)  # until it is known, for whoever stops meanwhile
            self.started = self._validation = self._validate()
            self.kept = Kept(state, self.started)

    def epoch(self) -> None:
        """The updates of one epoch, or what is left of the last; then accuracy on validation."""
        self.module.train()
        for inputs, labels in self.batches():
            self._update(inputs, labels)
            self.tell()
            if self.step == self.steps:
                break
        self.check()
        self.close(self._validate())

    def check(self) -> None:
        """Stop where the weights are no numbers any more."""
        if not all(bool(p.isfinite().all()) for p in self.module.parameters()):
            raise Stopped(
                "diverged", f"Weights were no numbers any more after {self.step} updates."
            )

    def close(self, validation: float) -> None:
        """The end of an epoch: keep its weights, if this accuracy on validation is the best so far."""
        self._validation = validation
        if self._plan.keep == "last" or self._validation >= self.kept.validation:
            self.kept = Kept(self._state(), self._validation)

    def finish(self, note: str) -> None:
        """Tell how it ended, whatever was told a moment ago."""
        self._note, self._told = note, 0.0
        self._report(self.progress())

    def saved(self) -> Saved:
        """All it takes to go on; of a finished training only what is kept."""
        tensors = {f"kept.{name}": value for name, value in self.kept.state.items()}
        if self.step < self.steps:
            tensors |= {f"module.{name}": value for name, value in self._state().items()}
            for index, values in self.optimizer.state_dict()["state"].items():
                tensors |= {f"optimizer.{index}.{name}": value for name, value in values.items()}
        facts = {
            "signature": self._signature(),
            "step": self.step,
            "kept": self.kept.validation,
            "started": self.started,
            "validation": self._validation,
            "running": self._running,
            "first": self._first,
        }
        return Saved(tensors, facts)

    def _restore(self, saved: Saved) -> None:
        facts, parts = saved.facts, saved.parts
        self.step, self.started = int(facts["step"]), float(facts["started"])
        self.kept = Kept(parts["kept"], float(facts["kept"]))
        self._validation = float(facts["validation"])
        self._running, self._first = float(facts["running"]), float(facts["first"])
        if self.step == self.steps:
            return
        self.module.load_state_dict(parts["module"])
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in parts["optimizer"].items():
            index, _, field = name.partition(".")
            state.setdefault(int(index), {})[field] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})

    def _update(self, inputs: Tensor, labels: Tensor) -> None:
        self._before_update(self.module, self.step, self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        self.optimizer.zero_grad()
        low = self._data.bfloat16 and has_bfloat16()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            loss = self._loss(self.module, inputs, labels)
        self.watch(loss.item())
        loss.backward()
        self.optimizer.step()
        self.step += 1

    def watch(self, loss: float) -> None:
        """Follow the loss; stop where it is no number or has exploded."""
        if self.step == 0:
            self._running = self._first = loss
        self._running = SMOOTH * self._running + (1 - SMOOTH) * loss
        if not self._running <= EXPLODED * max(1.0, self._first):  # NaN, too
            raise Stopped(
                "diverged",
                f"The loss was {loss:.3g} at update {self.step + 1} of {self.steps}: training stopped "
                "there, with the best weights until then.",
            )

    @property
    def learning_rate(self) -> float:
        """Of the next update."""
        return self._plan.learning_rate * self._schedule(self.step)

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """This epoch's training examples in their order, augmented; the incomplete batch is left out.

        The order depends on seed and epoch alone, so that a training taken up again goes on the same.
        """
        epoch = self.step // self._per_epoch
        torch.manual_seed(_mixed(self._seed, epoch))  # dropout and the like
        random = torch.Generator().manual_seed(_mixed(self._seed, epoch))
        order = torch.randperm(len(self._data.labels), generator=random)
        for chosen in order[: self._per_epoch * self._batch].split(self._batch):
            inputs = self._data.augment(self._data.inputs[chosen], random)
            yield self._laid_out(inputs), self._data.labels[chosen]

    @torch.no_grad()
    def _validate(self) -> float:
        self.module.eval()
        inputs, labels = self._data.validation_inputs, self._data.validation_labels
        right = 0
        batches = zip(inputs.split(VALIDATION_BATCH), labels.split(VALIDATION_BATCH), strict=True)
        for x, y in batches:
            right += int((self.module(self._laid_out(x)).argmax(1) == y).sum())
            self.tell()
        return right / len(labels)

    def _laid_out(self, inputs: Tensor) -> Tensor:
        return inputs.contiguous(memory_format=self._layout) if inputs.ndim == 4 else inputs

    def _state(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.module.state_dict().items()}

    def _signature(self) -> str:
        """Equal for equal trainings of equal modules."""
        shapes = [(name, list(value.shape)) for name, value in self.module.state_dict().items()]
        asked = repr((self._plan, self._seed, self.steps, len(self._data.labels), shapes))
        return hashlib.sha256(asked.encode()).hexdigest()

    def tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= REPORT_SECONDS:
            self._told = now
            if self._report(self.progress()) is False:
                raise Stopped("cancelled", "The training was cancelled.")

    def progress(self) -> Progress:
        done = self.step - self._began_at
        pace = (time.monotonic() - self._began) / done if done else None
        return Progress(
            step=self.step,
            steps=self.steps,
            epoch=self.step / self._per_epoch,
            epochs=self.steps / self._per_epoch,
            loss=self._running,
            validation=self._validation,
            seconds_left=None if pace is None else pace * (self.steps - self.step),
            note=self._note,
        )


def _mixed(seed: int, epoch: int) -> int:
    """A seed of its own for each epoch."""
    return (seed * 1_000_003 + epoch * 7919 + 1) % 2**63
