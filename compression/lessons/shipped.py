"""The bundled points of a model as pages show them: their times on one clock."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from compression.point import Point
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe
from compression.store import bundled


@lru_cache(maxsize=16)
def shipped(model: str) -> Mapping[str, Point]:
    """By key; read once."""
    points = bundled.points(model)
    every = list(points.values())
    return {point.key: point for point in on_one_clock(every, points.get(Recipe(model=model).key))}
