"""Fixed against floating point at equal bits: how close each comes to a layer's weights."""

from __future__ import annotations

from typing import Any

import torch

from compression.insight.quantization.before_and_after import pair
from compression.insight.quantization.weights import sqnr_db
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.quantization.grids import make_grid
from compression.techniques.quantization.knobs import Quantize

BITS = (3, 4, 5, 6, 7, 8)
"""Two bits leave a float no room for both an exponent and a mantissa."""


def formats(subject: Subject, recipe: Recipe, layer: str = "") -> dict[str, Any]:
    """For 3 to 8 bits, the signal-to-noise ratio [dB] of whole numbers and of the best float ExMy.

    One exponent bit would give evenly spaced values again, so floats have two or more.
    Both are rounded to nearest with a scale per channel, or per group where the recipe has groups, that the
    largest weight sets: so only the formats differ.
    """
    both = pair(subject, recipe)
    name = layer or max(both.layers, key=lambda one: one.weight.numel()).name
    both.layer(name)
    matrix = both.matrices(name)[0]
    rows = [_row(matrix, bits, both.step.group) for bits in BITS]
    return {"layer": name, "rows": rows}


def _row(matrix: torch.Tensor, bits: int, group: int) -> dict[str, Any]:
    fixed = Quantize(format="int", bits=bits, method="nearest", group=group)
    floats = {
        f"E{exponent}M{bits - 1 - exponent}": Quantize(
            format="float", exponent=exponent, mantissa=bits - 1 - exponent, group=group
        )
        for exponent in range(2, min(bits - 1, 5) + 1)
    }
    noise = {name: _decibels(matrix, step, bits) for name, step in floats.items()}
    best = max(noise, key=lambda name: noise[name])
    return {
        "bits": bits,
        "int_db": _decibels(matrix, fixed, bits),
        "float_db": noise[best],
        "float": best,
    }


def _decibels(matrix: torch.Tensor, step: Quantize, bits: int) -> float:
    grid = make_grid(matrix, step, bits, fit="absmax")
    ratio = sqnr_db(matrix.numpy(), grid.round(matrix.numpy()))
    return 0.0 if ratio is None else ratio
