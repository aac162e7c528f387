"""What every method is given alike: the trained model, as many unlabelled images, and one way to be judged."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session
from compression.measure.accuracy import accuracy_measurement, accuracy_of_onnx
from compression.models.compressed import fold_batch_norm, weight_names
from compression.subjects import Subject, look_up

IMAGES = 512
"""Calibration images, as many as our methods look at."""
SEEDS = range(5)
"""Each draws other images, the same for all methods, and starts what is random."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Setting:
    """One trained model with its data and a draw of images; every method starts from the same weights."""

    model_id: str
    seed: int = 0

    @cached_property
    def subject(self) -> Subject:
        return look_up(self.model_id)

    @cached_property
    def file(self) -> bytes:
        """The folded model as an ONNX file."""
        return self.file_of(self.module())

    @cached_property
    def images(self) -> np.ndarray:
        """float32 [512, *input_shape] out of the training images, never the test set."""
        return self.subject.calibration_for(self.seed, IMAGES).numpy()

    def module(self) -> nn.Module:
        """A copy of the folded model."""
        return copy.deepcopy(fold_batch_norm(self.subject.original).module)

    def trained(self) -> nn.Module:
        """A copy of the model as it was trained, with its batch norms."""
        return copy.deepcopy(self.subject.original.module).eval()

    def file_of(self, module: nn.Module) -> bytes:
        """The ONNX file of a module of any widths."""
        data = self.subject.card.data
        return export_onnx(module, data.input_shape, data.input_dtype)

    def accuracy(self, model: nn.Module | bytes) -> float:
        """The share of the whole test set that is right, computed in floats by ONNX Runtime."""
        file = model if isinstance(model, bytes) else self.file_of(model)
        return accuracy_of_onnx(open_session(file), self.subject.data.test).value or 0.0

    @torch.no_grad()
    def simulated_accuracy(self, module: nn.Module) -> float:
        """The same, computed by PyTorch: for modules that round what flows through them."""
        return self.accuracy_by(lambda images: module(torch.from_numpy(images)).numpy())

    def accuracy_by(self, logits_of: Callable[[np.ndarray], np.ndarray]) -> float:
        """The same for a model that runs elsewhere."""
        test, right = self.subject.data.test, 0
        for start in range(0, len(test.labels), 500):
            part = slice(start, start + 500)
            right += int((logits_of(test.inputs[part]).argmax(1) == test.labels[part]).sum())
        return accuracy_measurement(right, len(test.labels)).value or 0.0


def settings(model_id: str) -> list[Setting]:
    """The model with each seed's images."""
    return [Setting(model_id, seed) for seed in SEEDS]


def most_levels(module: nn.Module) -> int:
    """Of all channels of all weights, the most different values: what shows that bits were kept to."""
    weights = [module.get_parameter(name).detach() for name in weight_names(module)]
    return max(len(torch.unique(row)) for weight in weights for row in weight.flatten(1))


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What it returns, and its CPU-seconds: of all threads, without waiting for other programs."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


@contextmanager
def one_core() -> Iterator[None]:
    """Thread pools see one core, so that CPU-seconds hold no time spent waiting for other threads.

    Which one depends on the process: several tables that are measured at once don't all take the same.
    """
    torch.set_num_threads(1)
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[os.getpid() % len(allowed)]})
    yield
    os.sched_setaffinity(0, allowed)
