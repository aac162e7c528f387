"""The eleven advantages of scaling down, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compression.advantages import here, places, running
from compression.advantages.advantage import Advantage
from compression.advantages.case import Case
from compression.advantages.fleet import Fleet
from compression.advantages.payback import Making
from compression.devices import Device
from compression.errors import UsageError
from compression.point import Point

ELEVEN = (
    here.speed,
    here.memory,
    running.energy,
    places.on_device,
    running.cost,
    here.scale,
    places.accessibility,
    places.privacy,
    places.real_time,
    places.flexibility,
    running.sustainability,
)


def advantages(
    point: Point,
    original: Point,
    devices: Sequence[Device],
    fleet: Fleet,
    works: Mapping[str, str] | None = None,
    *,
    making: Making | None = None,
) -> tuple[Advantage, ...]:
    """What the point buys against its original, each advantage as one figure, "no gain" where there is none.

    ``works`` is what graphs do, by their digest, and ``making`` how long it took to make the point, where it doesn't
    say that itself. UsageError for an original of another model.
    """
    if point.recipe.model != original.recipe.model:
        raise UsageError(
            f"A point of {point.recipe.model} can't be compared with an original of {original.recipe.model}: "
            "give that of its own model."
        )
    case = Case(point, original, devices, fleet, works, making)
    return tuple(each(case) for each in ELEVEN)
