"""Panels that explain a compressed model, by technique; each asks the engine only while it is open."""

from __future__ import annotations

from collections.abc import Callable

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.budget.layer_budget import layer_budget
from pages.parts.panels.channels.channel_panels import channel_matrix, channel_ranking
from pages.parts.panels.common.runtimes import runtimes
from pages.parts.panels.distillation.against_labels import against_labels
from pages.parts.panels.distillation.soft_labels import soft_labels
from pages.parts.panels.distillation.teacher_student import teacher_student
from pages.parts.panels.distillation.temperature_surface import temperature_surface
from pages.parts.panels.pruning.ranking import ranking
from pages.parts.panels.pruning.sparsity import sparsity
from pages.parts.panels.pruning.weight_matrix import weight_matrix
from pages.parts.panels.quantization.layer_bits import layer_bits
from pages.parts.panels.quantization.number_line import number_line
from pages.parts.panels.quantization.sensitivity import sensitivity

Panel = Callable[[Recipe, Point | None, data.Known, bool], None]
"""Draws for a recipe, its point if there is one, the known points, and whether measuring it is over."""

PANELS: dict[str, dict[str, Panel]] = {
    "quantize": {
        "Number line": number_line,
        "Bits by layer": layer_bits,
        "Sensitivity": sensitivity,
        "Runtimes": runtimes,
    },
    "prune": {
        "Ranking": ranking,
        "Weights": weight_matrix,
        "Sparsity": sparsity,
        "Layer budget": layer_budget,
        "Runtimes": runtimes,
    },
    "prune-channels": {
        "Ranking": channel_ranking,
        "Weights": channel_matrix,
        "Layer budget": layer_budget,
        "Runtimes": runtimes,
    },
    "distill": {
        "Soft labels": soft_labels,
        "Against labels": against_labels,
        "Temperature": temperature_surface,
        "Agreement": teacher_student,
    },
}
"""By technique, then by the name of its section."""
