"""A fleet: so many devices of one kind that each answer so often a day, and what a model costs them in a year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from compression.devices import Device, Fit, Wishes, fit
from compression.devices.energy import SECONDS_A_DAY
from compression.devices.footprint import (
    JOULES_PER_KWH,
    PRICE_PER_KWH,
    Country,
    carbon_g,
    cost_usd,
    usual_country,
)
from compression.devices.latency import Modelled
from compression.errors import UsageError
from compression.point import Point

DAYS = 365
DEADLINE_MS = 1000 / 30
"""For one answer, where nobody says another: 30 pictures a second."""


@dataclass(frozen=True)
class Fleet:
    """What it is made of, what is asked of it, and whose electricity it runs on."""

    device: Device
    count: float = 1000.0
    per_day: float = 1000.0
    """Answers of each device."""
    deadline_ms: float = DEADLINE_MS
    country: Country = field(default_factory=usual_country)
    price_per_kwh: float = PRICE_PER_KWH

    def __post_init__(self) -> None:
        for name in ("count", "per_day", "deadline_ms"):
            value = getattr(self, name)
            if not 0 < value <= 1e12 or math.isnan(value):
                raise UsageError(
                    f"{name} = {value:g} can't be: give a number above 0, at most 1e12."
                )

    @property
    def answers_a_year(self) -> float:
        return DAYS * self.count * self.per_day

    @property
    def wishes(self) -> Wishes:
        return Wishes(deadline_ms=self.deadline_ms)

    def fit(self, point: Point, works: Mapping[str, str] | None = None) -> Fit:
        """On one of its devices, the deadline among the limits."""
        return fit(point, self.device, self.wishes, works)


@dataclass(frozen=True)
class Yearly:
    """What all answers of a year take, all modelled; idle devices take what they take with any model."""

    kwh: Modelled
    cost_usd: Modelled
    carbon_kg: Modelled
    busy: Modelled
    """Which share of the day a device computes; above 1 it can't keep up."""


def yearly(point: Point, fleet: Fleet, works: Mapping[str, str] | None = None) -> Yearly | None:
    """None where the model can't run on the fleet's device, or nobody knows how; ``Fleet.fit`` says why."""
    found = fleet.fit(point, works)
    if found.latency is None or found.energy is None:
        return None
    count = fleet.answers_a_year
    return Yearly(
        kwh=found.energy.times(count / JOULES_PER_KWH),
        cost_usd=cost_usd(found.latency, found.energy, fleet.device, fleet.price_per_kwh, count),
        carbon_kg=carbon_g(found.energy, fleet.country, count / 1000),
        busy=found.latency.times(fleet.per_day / SECONDS_A_DAY),
    )
