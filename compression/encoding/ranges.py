"""How far a grid of few values should reach: the range of an activation, chosen from values it took.

A wider range clips less, a narrower one has finer steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

PERCENTILE = 99.99
BINS = 2048
SAMPLE = 2**17
"""Values that are looked at besides the extremes, evenly spread over all: more change no range visibly."""


def choose_range(values: Array, *, bits: int, method: str) -> tuple[float, float]:
    """The low and high end of a range for values of any shape, in single precision; zero always lies within it.

    ``method`` is minmax, percentile (99.99), mse (least squared rounding error) or entropy (least Kullback-Leibler
    divergence). What is not finite is left out; where nothing is left, the range is (0, 0).
    """
    low, high = _chosen(np.asarray(values, dtype=np.float32).reshape(-1), bits, method)
    return float(np.float32(low)), float(np.float32(high))


def _chosen(flat: Array, bits: int, method: str) -> tuple[float, float]:
    low, high = float(flat.min(initial=0.0)), float(flat.max(initial=0.0))
    if not np.isfinite([low, high]).all():
        flat = flat[np.isfinite(flat)]
        low, high = float(flat.min(initial=0.0)), float(flat.max(initial=0.0))
    if method == "minmax" or low == high:
        return low, high
    # An odd stride meets every row and channel of tensors whose sides are even.
    sample = flat[:: flat.size // SAMPLE | 1]
    if method == "percentile":
        ends = np.percentile(sample, [100 - PERCENTILE, PERCENTILE])
        return min(float(ends[0]), 0.0), max(float(ends[1]), 0.0)
    # Zeros are met exactly by every range, and after a ReLU they would outnumber all the rest.
    sample = sample[sample != 0].astype(np.float64)
    if method == "mse":
        return _least_error(sample, low, high, levels=2**bits)
    if method == "entropy":
        return _least_divergence(sample, low, high, levels=2**bits)
    raise ValueError(f"A range is chosen by minmax, percentile, mse or entropy, not {method!r}.")


def _least_error(
    sample: Array, low: float, high: float, *, levels: int, candidates: int = 64
) -> tuple[float, float]:
    """Shrink both ends together, then each alone, to where the squared rounding error is least."""
    counts, edges = np.histogram(sample, bins=BINS, range=(low, high))
    centres, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]

    def least(lows: Array, highs: Array) -> tuple[float, float]:
        steps = (highs - lows) / (levels - 1)
        zeros = np.round(-lows / steps)
        rounded = np.clip(np.round(centres / steps), -zeros, levels - 1 - zeros) * steps
        # A histogram can't show steps finer than its bins: those err evenly, by a variance of step^2 / 12.
        nearest = np.where(steps > width, rounded, np.clip(centres, lows, highs))
        within = counts.sum() * np.minimum(steps, width)[:, 0] ** 2 / 12
        best = int(np.argmin((centres - nearest) ** 2 @ counts + within))
        return float(lows[best, 0]), float(highs[best, 0])

    shares = np.linspace(1, 1 / candidates, candidates)[:, None]
    low, high = least(low * shares, high * shares)
    if low < 0 < high:
        low, _ = least(low * shares, np.full_like(shares, high))
        _, high = least(np.full_like(shares, low), high * shares)
    return low, high


def _least_divergence(
    sample: Array, low: float, high: float, *, levels: int
) -> tuple[float, float]:
    """The magnitude to clip at that loses least information (Migacz, 2017, "8-bit Inference with TensorRT")."""
    steps = levels // 2 if low < 0 < high else levels
    largest = max(-low, high)
    counts, edges = np.histogram(np.abs(sample), bins=BINS, range=(0, largest))
    counts = counts.astype(np.float64)
    first = min(steps, BINS)
    ends = np.unique(np.linspace(first, BINS, 128).astype(int))
    best = min(ends[::-1], key=lambda end: _divergence(counts, int(end), steps))
    clip = float(edges[best])
    return max(low, -clip), min(high, clip)


def _divergence(counts: Array, end: int, steps: int) -> float:
    """KL divergence between the first ``end`` bins, what lies beyond added to the last, and the same in ``steps``."""
    reference = counts[:end].copy()
    filled = reference > 0
    if not filled.any():
        return float("inf")
    step_of = np.arange(end) * steps // end
    mass = np.bincount(step_of, weights=counts[:end], minlength=steps)
    shared = np.bincount(step_of, weights=filled, minlength=steps)
    rounded = np.where(filled, mass[step_of] / np.maximum(shared[step_of], 1), 0.0)
    reference[-1] += counts[end:].sum()
    if reference[-1] > 0 and rounded[-1] == 0:
        rounded[-1] = 1e-4 * counts.sum() / end
    p, q = reference / reference.sum(), rounded / rounded.sum()
    used = p > 0
    return float((p[used] * np.log(p[used] / q[used])).sum())
