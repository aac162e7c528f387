"""Points of several models of one task: each model has a front of its own. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence

from compression.point.knees import knee_rows
from compression.point.pareto import DOMINATED, ON_FRONT, standings
from compression.point.point import Point


def models_of(points: Sequence[Point]) -> list[str]:
    """The models in the order in which they come."""
    return list(dict.fromkeys(point.recipe.model for point in points))


def standings_by_model(points: Sequence[Point], allowed: Sequence[bool], x: str) -> list[int]:
    """How each point stands among those of its own model that are allowed; see ``pareto.standings``."""
    found = [DOMINATED] * len(points)
    for rows in _rows(points):
        kept = [row for row in rows if allowed[row]]
        for row, rank in zip(kept, standings([points[row] for row in kept], x), strict=True):
            found[row] = rank
    return found


def knees_by_model(points: Sequence[Point], standing: Sequence[int], x: str) -> list[int]:
    """The rows of the knees of each model's front; see ``knees.knee_rows``."""
    found = []
    for rows in _rows(points):
        on_front = [standing[row] == ON_FRONT for row in rows]
        found += [rows[row] for row in knee_rows([points[row] for row in rows], x, on_front)]
    return found


def _rows(points: Sequence[Point]) -> list[list[int]]:
    """By model, the rows of its points."""
    rows: dict[str, list[int]] = {}
    for row, point in enumerate(points):
        rows.setdefault(point.recipe.model, []).append(row)
    return list(rows.values())
