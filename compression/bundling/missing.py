"""The points that are to ship and don't yet, such as those of a new technique; what ships already stays as it is."""

from __future__ import annotations

from pathlib import Path

from compression import api
from compression.bundling.alone import timed_alone
from compression.errors import UsageError
from compression.models.catalogue import model_card
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import bundled
from compression.store.bundled_recipes import SEEDS, SWEEPS, TRAININGS


def bundle_missing(model: str, report: api.OnCount = lambda done, total: None) -> Path:
    """Measure what of the bundled recipes has no bundled point, one after the other, and write it between the others.

    A recipe that can't be for this model, such as one of more stages than it has layers, is left out, as in a sweep.
    """
    model = model_card(model).id
    known = bundled.points(model)
    wanted = [recipe for recipe in _recipes(model) if recipe.key not in known]
    points = []
    for done, recipe in enumerate(wanted):
        report(done, 2 * len(wanted))
        try:
            points.append(api.run(model, recipe.steps, seed=recipe.seed))
        except UsageError:
            continue
    return bundled.add(model, timed_alone(points, report))


def _recipes(model: str) -> list[Recipe]:
    plain = [Sweep.parse(model, list(steps)) for steps in SWEEPS]
    trained = [Sweep.parse(model, list(steps), seeds=SEEDS) for steps in TRAININGS]
    recipes = [recipe for sweep in (*plain, *trained) for recipe in sweep.recipes()]
    return list({recipe.key: recipe for recipe in recipes}.values())
