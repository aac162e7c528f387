"""The share of examples classified correctly, with the interval that the number of examples allows."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from compression.models.answers import answers_of
from compression.point import Measurement

if TYPE_CHECKING:
    from torch import nn

    from compression.deploy.runtimes import Session

BATCH_SIZE = 128
"""The fastest for convolutions on one thread: activations stay in the cache, and their memory is reused."""


class Examples(Protocol):
    """What accuracy needs of a data set's split: inputs [N, *input_shape] and labels [N]."""

    @property
    def inputs(self) -> np.ndarray[Any, Any]: ...

    @property
    def labels(self) -> np.ndarray[Any, Any]: ...


def measure_accuracy(
    module: nn.Module, split: Examples, *, batch_size: int = BATCH_SIZE
) -> Measurement:
    """Accuracy of a module in evaluation mode over every example of the split. NaN logits are wrong answers."""
    import torch

    # In this layout oneDNN's convolutions are 1.1 (ResNet-8) to 1.8 (DS-CNN) times as fast; copied, since
    # `to` would change the caller's module.
    fast = copy.deepcopy(module).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    inputs = torch.from_numpy(split.inputs)
    correct = 0
    with torch.inference_mode():
        for start in range(0, len(inputs), batch_size):
            logits = fast(inputs[start : start + batch_size]).numpy()
            correct += _count_right(logits, split.labels[start : start + batch_size])
    return accuracy_measurement(correct, len(inputs))


def accuracy_of_onnx(
    model: bytes | Session, split: Examples, *, batch_size: int = BATCH_SIZE
) -> Measurement:
    """The same for an ONNX file: about twice as fast, and the accuracy of the model as it is deployed."""
    from compression.deploy.runtime import open_session

    session = open_session(model) if isinstance(model, bytes) else model
    name = session.get_inputs()[0].name
    correct = 0
    for start in range(0, len(split.labels), batch_size):
        logits = session.run(None, {name: split.inputs[start : start + batch_size]})[0]
        correct += _count_right(logits, split.labels[start : start + batch_size])
    return accuracy_measurement(correct, len(split.labels))


def accuracy_measurement(correct: int, n: int) -> Measurement:
    """`correct` of `n` as a measured share with its 95 % interval."""
    low, high = wilson(correct, n)
    return Measurement(value=correct / n, unit="fraction", how="measured", low=low, high=high, n=n)


def wilson(correct: int, n: int, *, z: float = 1.959964) -> tuple[float, float]:
    """The interval for a share of successes, 95 % for the default z (Wilson, 1927, JASA 22:209).

    Unlike share +- error it stays within 0..1 and is right for shares near 0 and 1. Raises ValueError without examples.
    """
    if n <= 0:
        raise ValueError("Accuracy needs at least one example.")
    share = correct / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _count_right(logits: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> int:
    return int(((answers_of(logits) == labels) & ~np.isnan(logits).any(1)).sum())
