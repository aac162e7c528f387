"""The points that are to ship and don't yet, such as those of a new technique; what ships already stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compression import api
from compression.bundling.alone import timed_alone
from compression.errors import UsageError
from compression.models.catalogue import model_card
from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import bundled
from compression.store.bundled_recipes import ONCE_OF, SEEDS, SWEEPS, TRAININGS, TRAININGS_OF


def bundle_missing(model: str, report: api.OnCount = lambda done, total: None) -> Path:
    """Measure what of the bundled recipes has no bundled point, one after the other, and write it between the others.

    A recipe that can't be for this model, such as one of more stages than it has layers, is left out, as in a sweep.
    A point of a graph that ships already takes its times from there, where they were measured alone.
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
    twins = {point.key: twin for point in points if (twin := _twin(point, known)) is not None}
    timed = [point for point in points if point.key not in twins]
    taken = [_timed_as(twins[point.key], point) for point in points if point.key in twins]
    return bundled.add(model, [*timed_alone(timed, report), *taken])


def _recipes(model: str) -> list[Recipe]:
    plain = [Sweep.parse(model, list(steps)) for steps in SWEEPS]
    often = (*TRAININGS, *TRAININGS_OF.get(model, ()))
    trained = [Sweep.parse(model, list(steps), seeds=SEEDS) for steps in often]
    once = [Sweep.parse(model, list(steps)) for steps in ONCE_OF.get(model, ())]
    recipes = [recipe for sweep in (*plain, *trained, *once) for recipe in sweep.recipes()]
    return list({recipe.key: recipe for recipe in recipes}.values())


def _twin(point: Point, known: Mapping[str, Point]) -> Point | None:
    """One that takes the same time: of the same graph, and not cut, for links and devices have times of their own."""
    if point.value("device_bytes") is not None:
        return None
    return next((other for other in known.values() if other.graph == point.graph), None)


def _timed_as(twin: Point, point: Point) -> Point:
    times = {
        name: m.model_copy(update={"how": "measured"} if m.how == "bundled" else {})
        for name, m in twin.measurements.items()
        if METRICS[name].power_of_time or name == "speedup"
    }
    return point.model_copy(
        update={"measurements": {**point.measurements, **times}, "environment": twin.environment}
    )
