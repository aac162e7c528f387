"""Channels removed one after the other from what a layer sees, with and without the others refitted."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.models.compressed import Compressed, fold_batch_norm
from compression.subjects import Subject, look_up
from compression.techniques.shared.layerwise import layers, statistics
from compression.techniques.shared.least_squares import refit, ridge_for
from compression.techniques.shared.moments import LayerStatistics

MODEL, LAYER, IMAGES = "fashion-mnist/resnet8", 1, 512


@torch.no_grad()
def channel() -> dict[str, Any]:
    """Step by step: which channel goes (the one that is missed least), how strong the others are, what it costs."""
    subject = look_up(MODEL)
    folded = fold_batch_norm(subject.original)
    layer = layers(folded.module)[LAYER]
    moments = statistics(folded, subject.calibration_for(0, IMAGES))[layer.name]
    gram, cross = moments.gram, moments.cross
    channels = layer.weight.shape[1]
    ridge = ridge_for(gram, moments.count)
    gone: list[int] = []
    frames = [_frame(subject, folded, layer.matrix, layer.matrix, moments, None)]
    while len(gone) < channels - 1:
        trials = {c: refit(_without(layer.matrix, [*gone, c]), gram, cross, ridge=ridge)
                  for c in range(channels) if c not in gone}  # fmt: skip
        least = min(trials, key=lambda c: _error(trials[c] - layer.matrix, gram))
        gone.append(least)
        plain = _without(layer.matrix, gone)
        frames.append(_frame(subject, folded, trials[least], plain, moments, least))
    return {"model": MODEL, "layer": layer.path, "channels": channels, "frames": frames}


def _without(matrix: Tensor, gone: list[int]) -> Tensor:
    left = matrix.clone()
    for c in gone:
        left[:, :, 9 * c : 9 * (c + 1)] = 0
    return left


def _frame(
    subject: Subject,
    folded: Compressed,
    refitted: Tensor,
    plain: Tensor,
    moments: LayerStatistics,
    gone: int | None,
) -> dict[str, Any]:
    bias = moments.target_mean - (refitted @ moments.mean.unsqueeze(2)).squeeze(2)
    return {
        "gone": gone,
        "strength": _strength(refitted),
        "accuracy": _accuracy(subject, folded, refitted, bias),
        "plain_accuracy": _accuracy(subject, folded, plain, None),
    }  # fmt: skip


def _strength(matrix: Tensor) -> list[float]:
    """The length of each channel's weights."""
    lengths: NDArray[np.float64] = matrix[0].unflatten(1, (-1, 9)).norm(dim=(0, 2)).double().numpy()
    return [round(float(value), 4) for value in lengths]


def _error(change: Tensor, gram: Tensor) -> float:
    return float(((change @ gram) * change).sum())


def _accuracy(subject: Subject, folded: Compressed, matrix: Tensor, bias: Tensor | None) -> float:
    """On the validation examples."""
    module = copy.deepcopy(folded.module)
    layers(module)[LAYER].replace(matrix, bias)
    split = subject.data.validation
    parts = torch.from_numpy(split.inputs).split(500)
    said = torch.cat([module(part).argmax(1) for part in parts]).numpy()
    return round(float((said == split.labels).mean()), 4)
