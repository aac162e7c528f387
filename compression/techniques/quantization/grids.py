"""The grid a weight is rounded to: its levels, and the scales and zero points that fit it.

Scales follow the largest magnitude ("absmax"), or lose least of the weight ("mse") or of what the layer
computes from its inputs ("gram").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compression.encoding.formats import MAX_LEVELS, Grid, Stored, float_levels, integer_levels
from compression.techniques.quantization import codebook, fitting
from compression.techniques.quantization.fitting import Cells, Levels, Scaling
from compression.techniques.quantization.knobs import Quantize

Fit = Literal["absmax", "mse", "gram"]
TINY = float(torch.finfo(torch.float32).tiny)
FEW_LEVELS = 64
"""Up to here clipping far inside the range may pay, and so may turning a range of -8..7 around."""


@torch.no_grad()
def make_grid(
    weight: Tensor, step: Quantize, bits: float, *, fit: Fit, gram: Tensor | None = None
) -> Grid:
    """The grid for a weight [rows, ...] whose scales are fitted as asked.

    ``bits`` are those of whole numbers and codebooks, and the whole width of floats. ``gram``
    [g, inputs, inputs] is a sum of x x^T over a layer's inputs x, for g equal shares of the rows; "gram" needs it.
    """
    if fit == "gram" and gram is None:
        raise ValueError('The fit "gram" needs the Gram matrix of the layer\'s inputs.')
    if fit != "gram":
        gram = None
    if step.format == "codebook":
        return codebook.make_codebook(weight, bits, gram=gram)

    def fitted(cells: Cells, levels: Levels) -> Scaling:
        return fit_scaling(cells, levels, step, bits, fit)

    is_full = fit != "absmax" or step.scheme == "asymmetric"
    return fit_grid(weight, step, bits, fitted, is_full=is_full, gram=gram)


def fit_grid(
    weight: Tensor,
    step: Quantize,
    bits: float,
    fitted: Callable[[Cells, Levels], Scaling],
    *,
    is_full: bool,
    gram: Tensor | None = None,
) -> Grid:
    """The grid of whole numbers or floats with the scales that ``fitted`` finds for its cells and levels."""
    matrix = weight.detach().reshape(weight.shape[0], -1).float()
    inputs = matrix.shape[1]
    exponent, mantissa = float_shape(step, bits) if step.format == "float" else (0, 0)
    values = float_levels(exponent, mantissa) if exponent else integer_levels(bits, full=is_full)
    levels = _levels(values, exponent, mantissa)
    if values.size > MAX_LEVELS:
        raise ValueError("A float has at most 16 bits: lower its exponent or mantissa bits.")
    if exponent == 8 or (exponent, mantissa) == (5, 10):
        one = np.ones((1, 1), dtype=np.float32)
        return Grid("float", values, one, stored="one", exponent=exponent, mantissa=mantissa)
    group = step.group if step.group < inputs else 0
    shared = step.per == "tensor" and not step.group
    if gram is not None:
        gram = gram.detach().float().reshape(-1, inputs, inputs)
    scaling = fitted(fitting.cut(matrix, group, gram, shared=shared), levels)
    return _stored(scaling, values, step, group=group, exponent=exponent, mantissa=mantissa)


def float_shape(step: Quantize, bits: float) -> tuple[int, int]:
    """Exponent and mantissa bits of a float of so many bits, two at least: the step's, if they fit.

    More bits make the mantissa longer; fewer take from it first, then from the exponent.
    """
    unsigned = max(1, int(bits) - 1)
    exponent = min(step.exponent, unsigned)
    return exponent, min(10, unsigned - exponent)


def _levels(values: NDArray[np.float32], exponent: int, mantissa: int) -> Levels:
    normal = 2.0 ** (2 - 2 ** (exponent - 1)) if exponent else 0.0
    return Levels(torch.from_numpy(values), normal, mantissa)


def _stored(
    scaling: Scaling,
    levels: NDArray[np.float32],
    step: Quantize,
    *,
    group: int,
    exponent: int,
    mantissa: int,
) -> Grid:
    """A grid whose scales are rounded to how they are written: half precision where that is harmless."""
    scale, zero = scaling.scale, scaling.zero
    scale = _usable(scale)
    stored: Stored = "float32"
    if step.scales == "power-of-two":
        stored = "exponent"
    elif scale.numel() > 1:
        half = scale.half().float()
        half = torch.where(half == 0, torch.full_like(half, 2.0**-24), half)
        finest = 2.0 ** (mantissa + 1) if exponent else float(np.abs(levels).max())
        # An eighth of a rounding step at the range's end; less matters where a scale is small.
        allowed = torch.maximum(scale.abs(), 0.05 * scale.abs().max()) / (8 * finest)
        exact = zero is None or bool((zero.half().float() == zero).all())
        if exact and bool(((half - scale).abs() <= allowed).all()):
            scale, stored = half, "float16"
    return Grid(
        kind="float" if exponent else "int",
        levels=levels,
        scale=scale.contiguous().numpy().astype(np.float32),
        zero=None if zero is None else zero.contiguous().numpy().astype(np.float32),
        group=group,
        stored=stored,
        exponent=exponent,
        mantissa=mantissa,
    )


def fit_scaling(cells: Cells, levels: Levels, step: Quantize, bits: float, fit: Fit) -> Scaling:
    """Scales and zero points as ``make_grid`` fits them, before they are rounded for storage."""
    is_searched = fit != "absmax" or (step.format == "int" and bits < 2)
    if step.scales == "power-of-two":
        if is_searched:
            return _nearest_powers(cells, levels, _search(cells, levels, step, signs=(1.0,)))
        return _powers(cells, levels, step)
    if not is_searched:
        return _spanning(cells, levels, step)
    is_lopsided = step.scheme == "symmetric" and 2 < len(levels) <= FEW_LEVELS
    is_lopsided = is_lopsided and levels.low + levels.high != 0
    return _search(cells, levels, step, signs=(1.0, -1.0) if is_lopsided else (1.0,))


def _search(cells: Cells, levels: Levels, step: Quantize, signs: tuple[float, ...]) -> Scaling:
    plain = fitting.without_blocks(cells)
    if len(levels) == 2:
        return fitting.polish(cells, levels, _binary(plain, step))
    start = _spanning(cells, levels, step)
    best = fitting.search(plain, levels, _candidates(start, levels, signs))
    if cells.blocks is not None:
        around = (best.times(factor) for factor in (1.0, 0.75, 0.85, 0.93, 1.07, 1.15))
        best = fitting.search(cells, levels, around)
    return fitting.polish(cells, levels, best)


def _candidates(start: Scaling, levels: Levels, signs: tuple[float, ...]) -> Iterator[Scaling]:
    few = len(levels) <= FEW_LEVELS
    zeros = [start.zero]
    if start.zero is not None and len(levels) <= 4:
        zeros = [torch.full_like(start.zero, level) for level in levels.values.tolist()]
    for factor in np.geomspace(0.1, 1.0, 20) if few else np.linspace(0.6, 1.0, 12):
        for sign in signs:
            for zero in zeros:
                yield Scaling(start.scale * (sign * float(factor)), zero)


def _spanning(cells: Cells, levels: Levels, step: Quantize) -> Scaling:
    """The range just holds every weight; an asymmetric one holds zero too, which has a code of its own."""
    if step.scheme == "symmetric":
        return Scaling(_usable(_largest(cells, cells.values.abs()) / levels.high))
    low = -_largest(cells, (-cells.values).clamp_min(0))
    high = _largest(cells, cells.values.clamp_min(0))
    scale = _usable((high - low) / (levels.high - levels.low))
    zero = (levels.low - low / scale).round().clamp(levels.low, levels.high)
    return Scaling(scale, zero)


def _binary(cells: Cells, step: Quantize) -> Scaling:
    """Mean magnitude (Rastegari et al., 2016, arXiv:1603.05279), around the mean if asymmetric."""
    if step.scheme == "symmetric":
        return Scaling(_usable(cells.mean(cells.values.abs())))
    centre = cells.mean(cells.values)
    spread = cells.mean((cells.values - centre[..., None]).abs())
    is_flat = spread < 0.01 * centre.abs()
    scale = _usable(torch.where(is_flat, centre.abs(), spread))
    zero = torch.where(is_flat, torch.zeros_like(scale), -centre / scale).nan_to_num()
    return Scaling(scale, zero.half().float())


def _powers(cells: Cells, levels: Levels, step: Quantize) -> Scaling:
    """Powers of two: whole numbers are never clipped, floats are as in OCP Microscaling 1.0, 2023."""
    if step.format == "float":
        largest = _usable(_largest(cells, cells.values.abs()))
        reach = math.floor(math.log2(levels.high))
        return Scaling(torch.exp2(_exponent(largest) - reach))
    if step.scheme == "symmetric":
        scale = _spanning(cells, levels, step).scale
        return Scaling(torch.exp2(-_exponent(1 / scale)))
    low = -_largest(cells, (-cells.values).clamp_min(0))
    scale = torch.exp2(-_exponent(1 / _spanning(cells, levels, step).scale))
    zero = (levels.low - low / scale).round().clamp(levels.low, levels.high)
    return Scaling(scale, zero)


def _nearest_powers(cells: Cells, levels: Levels, free: Scaling) -> Scaling:
    """The better of the two powers of two beside each scale."""
    below = _power_below(free.scale)
    return fitting.search(cells, levels, (Scaling(below * up, free.zero) for up in (1.0, 2.0)))


def _power_below(scale: Tensor) -> Tensor:
    """The largest power of two that is not above each scale."""
    return torch.exp2(_exponent(scale))


def _exponent(values: Tensor) -> Tensor:
    """The whole exponent of positive values, exact at powers of two."""
    return (torch.frexp(values)[1] - 1).float()


def _largest(cells: Cells, magnitudes: Tensor) -> Tensor:
    largest = magnitudes.amax(2)
    return largest.amax().reshape(1, 1) if cells.shared else largest


def _usable(scale: Tensor) -> Tensor:
    """Where all weights are zero any scale will do: the largest of the others, or 1."""
    is_usable = scale.abs() >= TINY
    usable = scale[is_usable]
    return torch.where(is_usable, scale, usable.abs().max() if usable.numel() else torch.ones(()))
