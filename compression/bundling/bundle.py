"""The points that ship with the project: measured by whoever keeps it, for those who have measured nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compression import api
from compression.bundling.alone import timed_alone
from compression.errors import LabError, UsageError
from compression.models.catalogue import model_card
from compression.point import Point
from compression.store import Store, bundled
from compression.store.bundled_recipes import ONCE_OF, SEEDS, SWEEPS, TRAININGS, TRAININGS_OF


def bundle(model: str, report: api.OnCount = lambda done, total: None) -> Path:
    """Measure the points of one model, and write them to its assets; what is measured already is not again.

    Sweeps keep all cores busy, so the times come last and one by one. Raises LabError, and writes nothing, where the
    machine is too busy for them, or where the store still has points without answers to the examples that pages show.
    """
    points = [api.run(model)]
    for steps in SWEEPS:
        points += api.sweep(model, steps, report=report)
    for steps in (*TRAININGS, *TRAININGS_OF.get(model, ())):
        points += api.sweep(model, steps, seeds=SEEDS, report=report)
    for steps in ONCE_OF.get(model, ()):
        points += api.sweep(model, steps, report=report)
    _refuse_old(points)
    return bundled.write(model, timed_alone(points, report))


def bundle_times(model: str, report: api.OnCount = lambda done, total: None) -> Path:
    """Measure only the times of one model's bundled points anew, and write them to its assets.

    Of points that were measured on this machine the packed files are there, so nothing is compressed again.
    """
    shipped, store = bundled.points(model_card(model).id), Store.open()
    if not shipped:
        raise UsageError(
            f"No points of {model} are bundled, so there are no times to measure anew: "
            f"python -m compression bundle {model} measures all of them."
        )
    points = [store.get(key) or point for key, point in shipped.items()]
    return bundled.write(model, timed_alone(points, report))


def _refuse_old(points: Sequence[Point]) -> None:
    old = [
        point for point in points if not point.shown and model_card(point.recipe.model).data.shown
    ]
    if old:
        raise LabError(
            f"{len(old)} points in {Store.open().place} are older than the answers to shown examples, which would be "
            "missing from the bundled ones, so nothing was written: set COMPACT_HOME to an empty folder and ask again."
        )
