"""Whether a model is as often right as it is sure, and the one number that mends much of where it isn't."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.measure.answers import probabilities_of

Floats = NDArray[np.floating]
BINS = 15
LOWEST, HIGHEST = 0.05, 20.0
"""Temperatures among which the best is looked for."""
PLACES = 60
"""Of a golden-section search: the interval shrinks to 0.618 of itself at each."""


@dataclass(frozen=True)
class Reliability:
    """Of equally wide bins of confidence: how many examples, how sure and how often right they are on average."""

    counts: tuple[int, ...]
    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]

    @property
    def ece(self) -> float:
        """The expected calibration error: the mean gap, weighted by counts (Guo et al., 2017, arXiv:1706.04599)."""
        gaps = np.abs(np.subtract(self.accuracy, self.confidence))
        return float(np.average(gaps, weights=self.counts)) if sum(self.counts) else 0.0


def reliability(logits: Floats, labels: NDArray[np.int64], temperature: float = 1.0) -> Reliability:
    """Of logits [N, classes] divided by the temperature; bins are open below, as Guo et al. have them."""
    probabilities = probabilities_of(logits / temperature)
    sure, said = probabilities.max(1), probabilities.argmax(1)
    places = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    among = np.maximum(counts, 1)
    confidence = np.bincount(places, sure, minlength=BINS) / among
    accuracy = np.bincount(places, said == labels, minlength=BINS) / among
    return Reliability(tuple(counts.tolist()), tuple(confidence.tolist()), tuple(accuracy.tolist()))


def negative_log_likelihood(
    logits: Floats, labels: NDArray[np.int64], temperature: float = 1.0
) -> float:
    """The mean over examples, in nats."""
    probabilities = probabilities_of(logits / temperature)
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(right, np.finfo(np.float64).tiny)).mean())


def fitted_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature whose answers make the labels likeliest: fit it on validation, it changes no answer.

    The likelihood has one peak along it, so that a golden-section search of its logarithm finds it.
    """
    shrink = (np.sqrt(5) - 1) / 2
    low, high = np.log(LOWEST), np.log(HIGHEST)
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    values = {
        place: negative_log_likelihood(logits, labels, float(np.exp(place)))
        for place in (left, right)
    }
    for _ in range(PLACES):
        if values[left] <= values[right]:
            high, right, left = right, left, right - shrink * (right - low)
            new = left
        else:
            low, left, right = left, right, left + shrink * (high - left)
            new = right
        values[new] = negative_log_likelihood(logits, labels, float(np.exp(new)))
        if high - low < 1e-4:
            break
    return float(np.exp((low + high) / 2))
