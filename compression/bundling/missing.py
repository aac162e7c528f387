"""The points that are to ship and don't yet, such as those of a new technique; what ships already stays as it is."""

from __future__ import annotations

from pathlib import Path

from compression import api
from compression.bundling.alone import timed_alone
from compression.bundling.fitting import fits
from compression.errors import UsageError
from compression.models.catalogue import model_card
from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.recipe.step_texts import format_step
from compression.recipe.sweep import Sweep
from compression.store import bundled
from compression.store.bundled_recipes import sweeps_of
from compression.techniques.slicing.knobs import Slice


def bundle_missing(
    model: str, report: api.OnCount = lambda done, total: None, only: str = ""
) -> Path:
    """Measure what of the bundled recipes has no bundled point, one after the other, and write it between the others.

    A recipe that can't be for this model, such as one of more stages than it has layers, is left out, as in a sweep.
    Each graph is timed once, alone; where it ships already its points take the times from there. Of the
    recipes those are measured whose steps, as texts, hold ``only``.
    """
    model = model_card(model).id
    known = bundled.points(model)
    wanted = [recipe for recipe in _recipes(model) if recipe.key not in known]
    wanted = [recipe for recipe in wanted if only in " ".join(map(format_step, recipe.steps))]
    points = []
    for done, recipe in enumerate(wanted):
        report(done, 2 * len(wanted))
        try:
            points.append(api.run(model, recipe.steps, seed=recipe.seed))
        except UsageError:
            continue
    first = {_clock(point): point for point in reversed(points)}
    shipped = {_clock(point): point for point in known.values()}
    timed = timed_alone([point for clock, point in first.items() if clock not in shipped], report)
    twins = shipped | {_clock(point): point for point in timed}
    keys = {point.key for point in timed}
    taken = [_timed_as(twins[_clock(point)], point) for point in points if point.key not in keys]
    return bundled.add(model, [*timed, *taken])


def _recipes(model: str) -> list[Recipe]:
    sweeps = [
        Sweep.parse(model, list(steps), seeds=seeds)
        for steps, seeds in sweeps_of(model)
        if fits(steps, model)
    ]
    recipes = [recipe for sweep in sweeps for recipe in sweep.recipes()]
    return list({recipe.key: recipe for recipe in recipes}.values())


def _clock(point: Point) -> tuple[object, ...]:
    """What has one time: a graph, and where it is cut the speed of its links."""
    speeds = [step.link_mbps for step in point.recipe.steps if isinstance(step, Slice)]
    return (point.graph, *speeds)


def _timed_as(twin: Point, point: Point) -> Point:
    """With the twin's times; why it is as fast as that, is its own to tell."""
    times = {
        name: m.model_copy(update={"how": "measured"} if m.how == "bundled" else {})
        for name, m in twin.measurements.items()
        if METRICS[name].power_of_time or name == "speedup"
    }
    if (own := point.measurements.get("speedup")) is not None and "speedup" in times:
        times["speedup"] = times["speedup"].model_copy(update={"note": own.note})
    return point.model_copy(
        update={"measurements": {**point.measurements, **times}, "environment": twin.environment}
    )
