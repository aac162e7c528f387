"""Searches on chains that were all measured before: what 80 evaluations find, without measuring anything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from compression.point.goals import goal_of
from compression.point.hypervolume import growth
from compression.recipe import Recipe
from compression.recipe.axes import Axes
from compression.recipe.sweep import Sweep
from tests.benchmarks.search.measure_table import FILE, MODEL, STEPS, space

GOAL = goal_of(MODEL)


@dataclass(frozen=True)
class Chain:
    """A chain of the table as a point."""

    recipe: Recipe
    figures: tuple[float, float]

    def value(self, metric: str) -> float | None:
        return dict(zip(("accuracy_validation", "size_bytes"), self.figures, strict=True)).get(
            metric
        )


@cache
def table() -> dict[str, tuple[float, float]]:
    """Validation accuracy and bytes of every place."""
    rows = json.loads(FILE.read_text("utf-8"))
    return {place: (accuracy, size) for place, (accuracy, size) in rows.items()}


def look_up(recipe: Recipe) -> Chain:
    place = Axes(space(recipe.seed)).place(recipe)
    assert place is not None
    return Chain(recipe, table()[" ".join(map(str, place))])


def reference() -> tuple[float, float]:
    """Half of the answers right, and the size of the largest chain."""
    largest = max(size for _, size in table().values())
    accuracy, size = GOAL.objectives
    return accuracy.cost(0.5), size.cost(largest)


def search(sampler: str, seed: int, points: int) -> list[float]:
    """The hypervolume after each evaluation."""
    goal = None if sampler == "random" else GOAL
    sweep = Sweep.parse(MODEL, STEPS, points=points, seed=seed, sampler=sampler, goal=goal)
    asking, found = sweep.new_sampler(), list[Chain]()
    while recipes := asking.ask():
        found += (chains := [look_up(recipe) for recipe in recipes])
        asking.tell(chains)
    assert len({chain.recipe.key for chain in found}) == points
    return growth([GOAL.costs(chain) for chain in found], reference())


def everything() -> float:
    """The hypervolume of the whole table."""
    accuracy, size = GOAL.objectives
    costs = [(accuracy.cost(a), size.cost(s)) for a, s in table().values()]
    return growth(costs, reference())[-1]
