"""One example as a page can draw it: an image as a PNG, a signal as its lines."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

EVERY = 2
"""Every second sample of a signal is enough to draw it."""


def picture(
    example: NDArray[np.float32], ends: tuple[float, float] | None = None
) -> dict[str, Any]:
    """What a page can draw: an image [channels, H, W] as a PNG, in colour where it has three channels and else their
    mean; a signal [axes, steps] as its lines, and whatever else as one line of its values.

    Black and white are the ``ends``, without which they are the image's own lowest and highest value.
    """
    if example.ndim == 3:
        low, high = ends or (float(example.min()), float(example.max()))
        shades = 255 * (example.astype(np.float64) - low) / max(high - low, 1e-9)
        pixels = np.round(np.moveaxis(shades, 0, -1) if len(shades) == 3 else shades.mean(0))
        return {
            "image": "data:image/png;base64,"
            + base64.b64encode(png(np.clip(pixels, 0, 255).astype(np.uint8))).decode()
        }
    lines = example[:, ::EVERY] if example.ndim == 2 else example.reshape(1, -1)
    return {"lines": np.round(lines.astype(np.float64), 2).tolist()}


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An 8-bit image, grey [H, W] or in colour [H, W, 3], as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()
