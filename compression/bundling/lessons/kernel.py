"""Nine weights of the first layer, rounded one after the other, while those still to come make up for the error."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from compression.encoding.formats import Grid
from compression.insight.quantization.one_layer import rounded_alone
from compression.models.compressed import fold_batch_norm
from compression.subjects import look_up
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.shared.gptq import DAMPING
from compression.techniques.shared.layerwise import layers, statistics
from compression.techniques.shared.least_squares import damped

MODEL, BITS, IMAGES = "fashion-mnist/resnet8", 2.0, 512
Row = NDArray[np.float64]


def kernel() -> dict[str, Any]:
    """The channel whose outputs gain most; its weights, the levels, and where each stands after each step."""
    subject = look_up(MODEL)
    folded = fold_batch_norm(subject.original)
    images = subject.calibration_for(0, IMAGES)
    first = layers(folded.module)[0]
    moments = statistics(folded, images)[first.name]
    step = Quantize(bits=BITS, method="gptq")
    made = rounded_alone(folded, step, {first.name: BITS}, images, seed=0, paths=[first.path])
    grid = made.formats[first.name]
    assert isinstance(grid, Grid)
    gram = moments.moment[0].double().numpy()
    hessian = damped(moments.moment, DAMPING)[0]
    told = [
        _channel(first.matrix[0, row].double().numpy(), levels_of(grid, row), gram, hessian)
        for row in range(first.matrix.shape[1])
    ]
    chosen = max(range(len(told)), key=lambda row: told[row]["nearest_error"] - told[row]["error"])
    return {"model": MODEL, "layer": first.path, "channel": chosen, "bits": BITS, **told[chosen]}


def levels_of(grid: Grid, row: int) -> Row:
    """What the weights of a channel may become."""
    channel = row if grid.scale.shape[0] > 1 else 0
    zero = 0.0 if grid.zero is None else float(grid.zero[channel, 0])
    levels: Row = np.sort((grid.levels - zero) * float(grid.scale[channel, 0])).astype(float)
    return levels


def _channel(weights: Row, levels: Row, gram: Row, hessian: torch.Tensor) -> dict[str, Any]:
    """Frantar et al., 2022, arXiv:2210.17323, for one row, with every step kept."""
    order = hessian.diagonal().argsort(descending=True, stable=True).numpy()
    factor = torch.linalg.cholesky(torch.linalg.inv(hessian[order][:, order]), upper=True).numpy()
    left, frames = weights[order].copy(), []
    for at in range(len(left)):
        level = levels[np.abs(levels - left[at]).argmin()]
        error = (left[at] - level) / factor[at, at]
        left[at + 1 :] -= factor[at, at + 1 :] * error
        left[at] = level
        frames.append(_rounded(left[order.argsort()]))
    nearest = levels[np.abs(levels[:, None] - weights).argmin(0)]
    return {
        "weights": _rounded(weights),
        "levels": _rounded(levels),
        "order": order.tolist(),
        "frames": frames,
        "nearest": _rounded(nearest),
        "nearest_error": _error(nearest - weights, weights, gram),
        "error": _error(left[order.argsort()] - weights, weights, gram),
    }


def _error(change: Row, weights: Row, gram: Row) -> float:
    """Of the layer's output, as a share of that output's size."""
    return round(float(np.sqrt((change @ gram @ change) / (weights @ gram @ weights))), 4)


def _rounded(row: Row) -> list[float]:
    return [round(float(value), 5) for value in row]
