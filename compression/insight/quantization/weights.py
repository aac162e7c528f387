"""A channel's number line: where its weights are, which values there are to round to, what that loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.insight.quantization.before_and_after import BeforeAfter, pair
from compression.recipe import Recipe
from compression.subjects import Subject

ALL = -1
"""In place of a channel: all of them."""

BINS = 80
MAX_LEVELS = 300
"""More levels lie closer than a screen can show; then only their distance is told."""

Values = NDArray[np.float32]


def weights(
    subject: Subject, recipe: Recipe, layer: str = "", channel: int = ALL, group: int = 0
) -> dict[str, Any]:
    """Of a layer, or one group of one output channel: histograms of weights and errors, and the levels.

    ``layer`` empty is the one with most weights. A channel is told in the weights' own unit; all of them
    together, where each has a scale of its own, in units of these scales. ``sqnr_db`` is the power of
    the weights over that of their rounding error.
    """
    both = pair(subject, recipe)
    name = layer or max(both.layers, key=lambda one: one.weight.numel()).name
    both.layer(name)
    grid = both.grid(name)
    before, after = (matrix.numpy() for matrix in both.matrices(name))
    rows, inputs = before.shape
    groups = -(-inputs // grid.group) if grid.group else 1
    if not (ALL <= channel < rows and 0 <= group < groups):
        raise UsageError(f"{name} has channels 0 to {rows - 1} and groups 0 to {groups - 1}.")
    if channel == ALL:
        line = _line_of_all(grid, before, after)
    else:
        columns = slice(group * grid.group, (group + 1) * grid.group or None)
        line = _line_of_one(grid, before[channel, columns], after[channel, columns], channel, group)
    return {
        "layers": _layers(both),
        "layer": name,
        "channels": rows,
        "groups": groups,
        **_picture(line),
        "layer_sqnr_db": sqnr_db(before, after),
        **_description(grid),
    }


@dataclass(frozen=True)
class _Line:
    """One number line: values before and after on it, its levels, how it is scaled."""

    unit: str
    old: Values
    new: Values
    levels: Values
    scale: tuple[float, float]
    """The smallest and the largest scale of those drawn together, without their sign."""
    zero: float | None


def _line_of_one(grid: Grid, old: Values, new: Values, channel: int, group: int) -> _Line:
    row = channel if grid.scale.shape[0] > 1 else 0
    scale = float(grid.scale[row, group])
    zero = None if grid.zero is None else float(grid.zero[row, group])
    levels = np.sort((grid.levels - (zero or 0.0)) * scale)
    return _Line("weight", old, new, levels, (abs(scale), abs(scale)), zero)


def _line_of_all(grid: Grid, before: Values, after: Values) -> _Line:
    if grid.scale.size == 1:
        return _line_of_one(grid, before.ravel(), after.ravel(), 0, 0)
    scale = grid.spread(grid.scale, before.shape)
    zero = 0.0 if grid.zero is None else grid.spread(grid.zero, before.shape)
    old, new = before / scale + zero, after / scale + zero
    sizes = np.abs(grid.scale)
    return _Line(
        "scale",
        old.ravel(),
        new.ravel(),
        grid.levels,
        (float(sizes.min()), float(sizes.max())),
        None,
    )


def _picture(line: _Line) -> dict[str, Any]:
    levels = line.levels
    used: list[int] = []
    if levels.size <= MAX_LEVELS:
        places = np.searchsorted((levels[1:] + levels[:-1]) / 2, line.new)
        used = np.bincount(places, minlength=levels.size).tolist()
    return {
        "unit": line.unit,
        "weights": _histogram(line.old),
        "errors": _histogram(line.new - line.old),
        "rms_error": float(np.sqrt(np.mean((line.new - line.old) ** 2))),
        "sqnr_db": sqnr_db(line.old, line.new) if line.unit == "weight" else None,
        "level_count": int(levels.size),
        "levels": levels.tolist() if used else [],
        "used": used,
        "finest": float(np.diff(levels).min()),
        "scale": line.scale,
        "zero": line.zero,
    }


def sqnr_db(old: Values, new: Values) -> float | None:
    """Signal to quantization noise in decibels; None where one of the two is nothing."""
    signal, noise = (float(np.sum(np.square(x, dtype=np.float64))) for x in (old, new - old))
    return 10 * float(np.log10(signal / noise)) if signal > 0 and noise > 0 else None


def _layers(both: BeforeAfter) -> list[dict[str, Any]]:
    return [
        {"name": layer.name, "path": layer.path, "bits": both.grid(layer.name).bits}
        for layer in both.layers
        if layer.name in both.after.formats
    ]


def _description(grid: Grid) -> dict[str, Any]:
    return {
        "kind": grid.kind,
        "bits": grid.bits,
        "group": grid.group,
        "shifted": grid.zero is not None,
        "shared": grid.scale.size == 1,
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
