"""The energy that was spent to make a point, and after how many answers it is saved; "never" where it isn't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compression.advantages.fleet import Fleet
from compression.devices.footprint import pays_back_after
from compression.point import Point
from compression.point.digits import written
from compression.point.metrics import METRICS

PREFIXES = ((1e6, "MJ"), (1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"))
UNKNOWN = (
    "**Not known** when it pays back: how long it took to make was not noted when it was measured."
)


@dataclass(frozen=True)
class Making:
    """Seconds of the processor that a point's steps took, and how that is known where they weren't timed with it."""

    seconds: float
    how: str = ""


@dataclass(frozen=True)
class Payback:
    """``after`` is None where it never pays back, or where it is not ``known``; ``said`` is the sentence."""

    known: bool
    said: str
    made_j: float | None = None
    after: float | None = None
    """Answers of one device."""


def payback(
    point: Point,
    original: Point,
    fleet: Fleet,
    works: Mapping[str, str] | None = None,
    making: Making | None = None,
) -> Payback:
    """Made on one core of the machine that measured the point; each answer on the fleet's device saves energy.

    ``making`` is how long that took, for a point that doesn't say it.
    """
    if not point.recipe.steps:
        return Payback(
            False, "The original was not made by compression: there is nothing to pay back."
        )
    after, before = (fleet.fit(each, works).energy for each in (point, original))
    if after is None or before is None:
        return Payback(False, f"**Not known:** {fleet.fit(point, works).why_not}")
    device = fleet.device.title.partition(" (")[0]
    if before.value <= after.value:
        same = "just as much" if before.value == after.value else "more"
        return Payback(
            True,
            f"**Never:** on {device} an answer takes {same} energy {'as' if same != 'more' else 'than'} the "
            "original's, so what was spent to make the model is not saved there.",
        )
    noted, watts = point.value("make_s"), watts_of(point)
    making = making if noted is None else Making(noted)
    if making is None or watts is None:
        return Payback(False, UNKNOWN)
    made = making.seconds * watts
    count = pays_back_after(made, before, after)
    assert count is not None
    days = count / (fleet.count * fleet.per_day)
    spent = f"{written(making.seconds, None)} s{f', {making.how},' if making.how else ''}"
    return Payback(
        True,
        f"**After {METRICS['macs'].text(count)} answers**, {_days(days)} of this fleet: making it took {joules(made)} "
        f"({spent} of one core at {watts:.3g} W), and on {device} each answer saves "
        f"{joules(before.value - after.value)}.",
        made,
        count,
    )


def watts_of(point: Point) -> float | None:
    """Of one busy core of the machine that measured it: energy over time, millijoules a millisecond."""
    energy, latency = point.value("energy_mj"), point.value("latency_ms")
    return energy / latency if energy and latency else None


def joules(value: float) -> str:
    scale, unit = next((each for each in PREFIXES if value >= each[0]), PREFIXES[-1])
    return f"{written(value / scale, None)} {unit}"


def _days(days: float) -> str:
    if days >= 730:
        return f"{written(days / 365, None)} years"
    if days >= 1:
        return f"{written(days, None)} days"
    return f"{written(days * 24, None)} hours" if days * 24 >= 1 else "less than an hour"
