"""Panels that explain a compressed model, a folder a family; each asks the engine only while it is open.

A technique's face lists those of its page.
"""

from __future__ import annotations

from collections.abc import Callable

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data

Panel = Callable[[Recipe, Point | None, data.Known, bool], None]
"""Draws for a recipe, its point if there is one, the known points, and whether measuring it is over."""
