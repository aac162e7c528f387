"""The knob of those that look at unlabelled training images, which the recipe's seed draws. Torch-free."""

from __future__ import annotations

from typing import Any

from compression.techniques.step import knob

IMAGES, MOST = 512, 4096
"""How many are looked at unless more are asked for, and how many can be."""


def images_knob(more_help: str = "") -> Any:
    """How many images a step looks at."""
    words = f"Unlabelled training images that are looked at, as the seed draws them{more_help}."
    return knob(IMAGES, label="Calibration images", more=True, low=1, high=MOST, step=1, help=words)
