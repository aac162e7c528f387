"""Panels that explain a compressed model, by technique; each asks the engine only while it is open."""

from __future__ import annotations

from collections.abc import Callable

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.insight.layer_bits import layer_bits
from pages.parts.insight.number_line import number_line
from pages.parts.insight.runtimes import runtimes
from pages.parts.insight.sensitivity import sensitivity
from pages.parts.insight.soft_labels import soft_labels

Panel = Callable[[Recipe, Point | None, data.Known, bool], None]
"""Draws for a recipe, its point if there is one, the known points, and whether measuring it is over."""

PANELS: dict[str, dict[str, Panel]] = {
    "quantize": {
        "Number line": number_line,
        "Bits by layer": layer_bits,
        "Sensitivity": sensitivity,
        "Runtimes": runtimes,
    },
    "prune": {"Runtimes": runtimes},
    "prune-channels": {"Runtimes": runtimes},
    "distill": {"Soft labels": soft_labels},
}
"""By technique, then by the name of its section."""
