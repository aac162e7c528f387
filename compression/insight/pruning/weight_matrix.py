"""A layer's weights as a picture: the rank by which each one goes, and what pruning and repair make of them."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression import pipeline
from compression.insight.pruning.ranking import ranking
from compression.models.compressed import Compressed, trained_weight
from compression.recipe import Recipe
from compression.subjects import Subject

MAX_ROWS, MAX_COLUMNS = 96, 640
"""What is sent of a larger matrix: its first rows and columns."""

BRIGHTEST = 99.0
"""Per cent of the weights that are no larger than the end of the colour scale."""

HOLE = -128
"""In place of a value that is exactly zero."""


def weight_matrix(subject: Subject, recipe: Recipe, layer: str = "") -> dict[str, Any]:
    """A weight as it was trained, [output channels, inputs], and the rank by which each of it goes.

    ``values`` are int8 times ``limit / 127``, ``ranks`` uint32, both little-endian, row by row, in base64; of the
    first ``shown`` rows and columns. At ``levels[i]`` the weights with a rank below ``gone[i]`` are zero.
    """
    ranked = ranking(subject, recipe)
    name = ranked.layer(layer)
    matrix = trained_matrix(ranked.before, name)
    limit = colour_limit(matrix)
    return {
        "of": f"{ranked.recipe.key} {name}",
        "layers": list(ranked.ranks),
        "layer": name,
        "shape": list(ranked.ranks[name].shape),
        "shown": list(first(matrix).shape),
        "limit": limit,
        "values": packed_values(matrix, limit),
        "ranks": packed(ranked.ranks[name].reshape(matrix.shape), "<u4"),
        "levels": list(ranked.levels),
        "gone": ranked.gone[name].tolist(),
    }


def pruned_matrix(subject: Subject, recipe: Recipe, layer: str) -> dict[str, Any]:
    """The same weight once the recipe's steps are done, repair included, in the same units and colours."""
    ranked = ranking(subject, recipe)
    name = ranked.layer(layer)
    done = pipeline.compress(subject, recipe)
    before, after = (trained_matrix(model, name) for model in (ranked.before, done))
    kept = after != 0
    return {
        "of": f"{recipe.key} {name}",
        "values": packed_values(after, colour_limit(before)),
        "zeros": int(after.size - kept.sum()),
        "changed": float(np.sqrt(np.mean((after - before)[kept] ** 2))) if kept.any() else 0.0,
        "size": float(np.sqrt(np.mean(before[kept] ** 2))) if kept.any() else 0.0,
    }


def trained_matrix(compressed: Compressed, name: str) -> NDArray[np.float32]:
    """A weight without its batch norm's scale, float32 [rows, columns]."""
    weight = trained_weight(compressed, name)
    return weight.flatten(1).numpy()


def colour_limit(matrix: NDArray[np.float32]) -> float:
    """The size at which colours end: a few large weights would otherwise leave all others pale."""
    return float(np.percentile(np.abs(matrix), BRIGHTEST)) or 1.0


def packed_values(matrix: NDArray[np.float32], limit: float) -> str:
    """Bytes of the first rows and columns in steps of ``limit / 127``; exact zeros are `HOLE`."""
    steps = np.clip(np.round(matrix / limit * 127), -127, 127)
    return packed(np.where(matrix == 0, HOLE, steps), "i1")


def packed(matrix: NDArray[Any], kind: str) -> str:
    return base64.b64encode(first(matrix).astype(kind).tobytes()).decode()


def first(matrix: NDArray[Any]) -> NDArray[Any]:
    """What is shown of a matrix."""
    return matrix[:MAX_ROWS, :MAX_COLUMNS]
