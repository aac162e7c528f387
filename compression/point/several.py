"""Points of several models of one task: each model has a front of its own. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.point.knees import knee_rows
from compression.point.pareto import DOMINATED, ON_FRONT, Ranks
from compression.point.point import Point


def models_of(points: Sequence[Point]) -> list[str]:
    """The models in the order in which they come."""
    return list(dict.fromkeys(point.recipe.model for point in points))


@dataclass(frozen=True)
class Fronts:
    """Points as costs over one metric, read once: how each stands in its own model under any limits."""

    points: tuple[Point, ...]
    x: str
    rows: tuple[NDArray[np.int64], ...]
    """By model, the rows of its points."""
    ranks: tuple[Ranks, ...]

    @classmethod
    def of(cls, points: Sequence[Point], x: str) -> Fronts:
        by_model: dict[str, list[int]] = {}
        for row, point in enumerate(points):
            by_model.setdefault(point.recipe.model, []).append(row)
        ranks = [Ranks.of([points[row] for row in rows], x) for rows in by_model.values()]
        return cls(tuple(points), x, tuple(map(np.array, by_model.values())), tuple(ranks))

    def standing(self, allowed: NDArray[np.bool_]) -> list[int]:
        """How each point stands among those of its model that are allowed; see ``pareto.standings``."""
        found = np.full(len(self.points), DOMINATED)
        for rows, ranks in zip(self.rows, self.ranks, strict=True):
            found[rows] = ranks.among(allowed[rows])
        return found.tolist()

    def knees(self, standing: Sequence[int]) -> list[int]:
        """The rows of the knees of each model's front; see ``knees.knee_rows``."""
        found: list[int] = []
        for rows in self.rows:
            # Only the front itself and the original are looked at.
            near = [
                row for row in map(int, rows)
                if standing[row] == ON_FRONT or not self.points[row].recipe.steps
            ]  # fmt: skip
            on_front = [standing[row] == ON_FRONT for row in near]
            if near:
                knees = knee_rows([self.points[row] for row in near], self.x, on_front)
                found += [near[knee] for knee in knees]
        return found
