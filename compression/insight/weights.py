"""A channel's number line: where its weights are, which values there are to round to, what that loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.insight.before_and_after import Pair, pair

BINS = 60
MAX_LEVELS = 300
"""More levels lie closer than a screen can show; then only their distance is told."""

Values = NDArray[np.float32]


def weights(
    model: str, recipe: Mapping[str, Any], layer: str = "", channel: int = 0, group: int = 0
) -> dict[str, Any]:
    """Of one group of one output channel: histograms of weights and errors, and the grid's levels.

    ``layer`` empty is the first. All values are in the weights' own unit; ``sqnr_db`` is the power of the
    weights over that of their rounding error, for this group and for the whole layer.
    """
    both = pair(recipe)
    name = layer or both.layers[0].name
    both.layer(name)
    grid = both.grid(name)
    before, after = (matrix.numpy() for matrix in both.matrices(name))
    rows, inputs = before.shape
    groups = -(-inputs // grid.group) if grid.group else 1
    if not (0 <= channel < rows and 0 <= group < groups):
        raise UsageError(f"{name} has channels 0 to {rows - 1} and groups 0 to {groups - 1}.")
    part = slice(group * grid.group, (group + 1) * grid.group) if grid.group else slice(None)
    old, new = before[channel, part], after[channel, part]
    return {
        "layers": _layers(both),
        "layer": name,
        "channels": rows,
        "groups": groups,
        "weights": _histogram(old),
        "errors": _histogram(new - old),
        "rms_error": float(np.sqrt(np.mean((new - old) ** 2))),
        "sqnr_db": sqnr_db(old, new),
        "layer_sqnr_db": sqnr_db(before, after),
        **_grid(grid, channel, group, new),
    }


def sqnr_db(old: Values, new: Values) -> float | None:
    """Signal to quantization noise in decibels; None where one of the two is nothing."""
    signal, noise = (float(np.sum(np.square(x, dtype=np.float64))) for x in (old, new - old))
    return 10 * float(np.log10(signal / noise)) if signal > 0 and noise > 0 else None


def _layers(both: Pair) -> list[dict[str, Any]]:
    return [
        {"name": layer.name, "path": layer.path, "bits": both.grid(layer.name).bits}
        for layer in both.layers
        if layer.name in both.after.formats
    ]


def _grid(grid: Grid, channel: int, group: int, new: Values) -> dict[str, Any]:
    row = channel if grid.scale.shape[0] > 1 else 0
    scale = float(grid.scale[row, group])
    zero = 0.0 if grid.zero is None else float(grid.zero[row, group])
    values = np.sort((grid.levels - zero) * scale)
    if values.size > MAX_LEVELS:
        levels, used = [], []
    else:
        nearest = np.abs(values[None, :] - new[:, None]).argmin(1)
        levels = values.tolist()
        used = np.bincount(nearest, minlength=values.size).tolist()
    return {
        "kind": grid.kind,
        "bits": grid.bits,
        "level_count": int(values.size),
        "levels": levels,
        "used": used,
        "reach": [float(values[0]), float(values[-1])],
        "finest": float(np.diff(values).min()) if values.size > 1 else 0.0,
        "scale": scale,
        "zero": zero if grid.zero is not None else None,
        "group": grid.group,
        "shared": grid.scale.shape[0] == 1,
        "stored": grid.stored,
        "exponent": grid.exponent,
        "mantissa": grid.mantissa,
    }


def _histogram(values: Values) -> dict[str, list[float]]:
    spread = float(np.abs(values).max()) or 1.0
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9 * spread:
        low, high = low - spread / 2, high + spread / 2
    counts, edges = np.histogram(values, bins=BINS, range=(low, high))
    return {"edges": edges.tolist(), "counts": counts.tolist()}
