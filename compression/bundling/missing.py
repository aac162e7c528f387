"""Adds to a model's bundled points those of trained recipes that it lacks; all other lines stay as they are.

python -m compression.bundling.missing MODEL...

A point of a graph that is bundled already takes its times from there: equal graphs are equally fast, and those were
timed alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from compression import api
from compression.errors import LabError
from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.store import bundled
from compression.store.bundled_recipes import SEEDS, TRAININGS


def add_missing(model: str) -> int:
    """How many points were added; LabError where one has a graph that was never timed."""
    known = bundled.points(model)
    wanted = [
        Recipe.build(model, steps, seed)
        for steps in TRAININGS
        if not any("|" in step for step in steps)
        for seed in SEEDS
    ]
    missing = [recipe for recipe in wanted if recipe.key not in known]
    made = [_timed(api.run(model, recipe.steps, seed=recipe.seed), known) for recipe in missing]
    bundled.add(model, made)
    return len(made)


def _timed(point: Point, known: Mapping[str, Point]) -> Point:
    twin = next((other for other in known.values() if other.graph == point.graph), None)
    if twin is None:
        raise LabError(
            f"No bundled point of {point.recipe.model} has the graph of {point.recipe.describe()}, so its times are "
            "not known: python -m compression bundle measures all."
        )
    times = {
        name: m.model_copy(update={"how": "measured"} if m.how == "bundled" else {})
        for name, m in twin.measurements.items()
        if METRICS[name].power_of_time or name == "speedup"
    }
    return point.model_copy(
        update={"measurements": {**point.measurements, **times}, "environment": twin.environment}
    )


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(each, add_missing(each), flush=True)
