"""What a run has cost: processor time of its points that were measured here, and the energy that this stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from compression.errors import LabError
from compression.point import Point
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store
from compression.store.sweeps import SweepRecord


@dataclass(frozen=True)
class Cost:
    """Of points that tell how long they took; those of earlier versions don't."""

    points: int
    cpu_seconds: float
    watt_hours: float | None
    """Modelled: processor time at the power of one core that these points' energies were worked out with."""


def cost_of(store: Store, record: SweepRecord) -> Cost:
    """A point that was there before the run counts as well: nobody wrote down who asked first."""
    keys = {recipe.key for recipe in recipes_of(store, record)}
    return cost(point for point in store.points(record.model) if point.key in keys)


def cost(points: Iterable[Point]) -> Cost:
    told = [point for point in points if point.cpu_seconds is not None]
    seconds = sum(point.cpu_seconds or 0.0 for point in told)
    powers = [watts for point in told if (watts := _watts(point)) is not None]
    hours = seconds * sum(powers) / len(powers) / 3600 if powers else None
    return Cost(len(told), seconds, hours)


def recipes_of(store: Store, record: SweepRecord) -> tuple[Recipe, ...]:
    """What it has asked for: of a search so far, of any other all; nothing of one of another version."""
    try:
        sweep = Sweep.model_validate_json(record.body)
        if not sweep.is_search:
            return sweep.recipes()
    except (ValidationError, LabError):
        return ()
    return tuple(dict.fromkeys(trial.recipe for trial in store.trials.of(record.key)))


def _watts(point: Point) -> float | None:
    """Millijoules a millisecond are watts."""
    energy, latency = point.value("energy_mj"), point.value("latency_ms")
    return energy / latency if energy and latency else None
