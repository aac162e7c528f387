"""What is compared: a point with its original, on a fleet and on all devices; what fits is looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from compression.advantages.fleet import Fleet, Yearly, yearly
from compression.advantages.payback import Making
from compression.devices import Device, Fit, fit
from compression.point import Point


@dataclass(frozen=True)
class Case:
    """``works`` is what the graphs do, for points of earlier versions, which don't tell it themselves."""

    point: Point
    original: Point
    devices: Sequence[Device]
    fleet: Fleet
    works: Mapping[str, str] | None = None
    making: Making | None = None

    @cached_property
    def rooms(self) -> tuple[list[Fit], list[Fit]]:
        """Whether each device has room for the point, and for the original."""
        return self._all(self.point), self._all(self.original)

    @cached_property
    def in_time(self) -> tuple[list[Fit], list[Fit]]:
        """The same, and the deadline kept."""
        return (
            [fit(self.point, device, self.fleet.wishes, self.works) for device in self.devices],
            [fit(self.original, device, self.fleet.wishes, self.works) for device in self.devices],
        )

    @cached_property
    def there(self) -> tuple[Fit, Fit]:
        """Both on the fleet's device."""
        return self.fleet.fit(self.point, self.works), self.fleet.fit(self.original, self.works)

    @cached_property
    def years(self) -> tuple[Yearly | None, Yearly | None]:
        return (
            yearly(self.point, self.fleet, self.works),
            yearly(self.original, self.fleet, self.works),
        )

    @property
    def place(self) -> str:
        """The fleet's device in a few words."""
        return self.fleet.device.title.partition(" (")[0]

    @property
    def why_unknown(self) -> str:
        """Why nothing can be said of a device's time; empty where it can."""
        return next((found.why_not for found in self.there if found.latency is None), "")

    def _all(self, point: Point) -> list[Fit]:
        return [fit(point, device, works=self.works) for device in self.devices]
