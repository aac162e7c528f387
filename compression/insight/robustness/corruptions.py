"""Inputs as they come from a bad sensor, in five severities, after Hendrycks and Dietterich (2019, arXiv:1903.12261).

Pictures are seen as shares of black to white; signals are normalised, so that their noise is in standard deviations.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Inputs = NDArray[np.float32]
Corruption = Callable[[Inputs, int, np.random.RandomState], Inputs]
"""Inputs [N, ...], severity 1 to 5, and where chance comes from."""

SEVERITIES = (1, 2, 3, 4, 5)


def noise(pictures: Inputs, severity: int, random: np.random.RandomState) -> Inputs:
    """Independent Gaussian noise on each pixel."""
    spread = (0.04, 0.08, 0.12, 0.18, 0.26)[severity - 1]
    return pictures + spread * _normal(random, pictures.shape)


def blur(pictures: Inputs, severity: int, _random: np.random.RandomState) -> Inputs:
    """A Gaussian blur, in pixels of a picture 28 wide."""
    width = (0.4, 0.6, 0.9, 1.3, 1.8)[severity - 1] * pictures.shape[-1] / 28
    return _smoothed(_smoothed(pictures, width).swapaxes(-1, -2), width).swapaxes(-1, -2)


def contrast(pictures: Inputs, severity: int, _random: np.random.RandomState) -> Inputs:
    """Each picture drawn together around its own mean."""
    kept = (0.75, 0.55, 0.4, 0.25, 0.15)[severity - 1]
    mean = pictures.mean(axis=tuple(range(1, pictures.ndim)), keepdims=True)
    return mean + kept * (pictures - mean)


def brightness(pictures: Inputs, severity: int, _random: np.random.RandomState) -> Inputs:
    """Each pixel made brighter by the same amount."""
    return pictures + np.float32((0.1, 0.2, 0.3, 0.4, 0.5)[severity - 1])


def jpeg(pictures: Inputs, severity: int, _random: np.random.RandomState) -> Inputs:
    """Each channel saved as a grey JPEG of low quality and read again."""
    quality = (50, 25, 15, 10, 6)[severity - 1]
    grey = np.round(255 * np.clip(pictures, 0, 1)).astype(np.uint8)
    channels = grey.reshape(-1, *pictures.shape[-2:])
    read = np.stack([_through_jpeg(channel, quality) for channel in channels])
    return (read.reshape(pictures.shape) / 255).astype(np.float32)


def sensor_noise(signals: Inputs, severity: int, random: np.random.RandomState) -> Inputs:
    """Independent Gaussian noise on each sample of each axis."""
    spread = (0.1, 0.2, 0.4, 0.6, 0.9)[severity - 1]
    return signals + spread * _normal(random, signals.shape)


def dropout(signals: Inputs, severity: int, random: np.random.RandomState) -> Inputs:
    """Samples that never arrived, of all axes at once: the last one that did is held."""
    lost = (0.1, 0.2, 0.4, 0.6, 0.8)[severity - 1]
    count, _, steps = signals.shape
    arrived = random.rand(count, steps) >= lost
    arrived[:, 0] = True
    latest = np.maximum.accumulate(np.where(arrived, np.arange(steps), 0), axis=1)
    return np.asarray(np.take_along_axis(signals, latest[:, None, :], axis=2))


def drift(signals: Inputs, severity: int, random: np.random.RandomState) -> Inputs:
    """A slow slope on each axis, up or down, that has reached so many standard deviations at the end."""
    reached = (0.25, 0.5, 1.0, 1.5, 2.0)[severity - 1]
    count, axes, steps = signals.shape
    ends = reached * np.where(random.rand(count, axes, 1) < 0.5, -1, 1)
    return (signals + ends * np.linspace(0, 1, steps)).astype(np.float32)


PICTURES: dict[str, Corruption] = {
    "Noise": noise,
    "Blur": blur,
    "Contrast": contrast,
    "Brightness": brightness,
    "JPEG": jpeg,
}
SIGNALS: dict[str, Corruption] = {"Noise": sensor_noise, "Drop-out": dropout, "Drift": drift}


def corrupted(
    inputs: Inputs, name: str, severity: int, ends: tuple[float, float] | None, seed: int = 0
) -> Inputs:
    """Inputs as the corruption of that name leaves them: pictures where they have ``ends``, else signals."""
    random = np.random.RandomState(seed)
    if ends is None:
        return SIGNALS[name](inputs, severity, random).astype(np.float32)
    low, high = ends
    shares = (inputs - np.float32(low)) / np.float32(high - low)
    moved = np.clip(PICTURES[name](shares, severity, random), 0, 1)
    return (low + (high - low) * moved).astype(np.float32)


def _smoothed(values: Inputs, width: float) -> Inputs:
    """Along the last axis, by a Gaussian cut off at four widths; beyond its ends the values are mirrored."""
    reach = max(1, round(4 * width))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    weights /= weights.sum()
    edges = [(0, 0)] * (values.ndim - 1) + [(reach, reach)]
    padded = np.pad(values, edges, mode="symmetric")
    length = values.shape[-1]
    shifted = [weight * padded[..., at : at + length] for at, weight in enumerate(weights)]
    return np.sum(shifted, axis=0, dtype=np.float32)


def _normal(random: np.random.RandomState, shape: tuple[int, ...]) -> Inputs:
    return random.standard_normal(shape).astype(np.float32)


def _through_jpeg(grey: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "jpeg", quality=quality)
    return np.asarray(Image.open(file))
