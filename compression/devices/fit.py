"""Does a model fit a device? Each limit with what is needed and what there is; the one that binds first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compression.devices.device import Device
from compression.devices.energy import battery_days, energy_j
from compression.devices.formats import number_format
from compression.devices.latency import Modelled, latency_s
from compression.devices.on_device import work_of
from compression.errors import UsageError
from compression.point import METRICS, Point
from compression.point.digits import written
from compression.point.work import Work


@dataclass(frozen=True)
class Wishes:
    """What a user wants of a device besides that the model fits into it; None: nothing."""

    deadline_ms: float | None = None
    energy_mj: float | None = None
    days: float | None = None
    per_day: float = 1000.0
    battery_wh: float | None = None

    def __post_init__(self) -> None:
        for name in ("deadline_ms", "energy_mj", "days", "per_day", "battery_wh"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise UsageError(f"{name} = {value:g} can't be: give a number above 0.")


@dataclass(frozen=True)
class Limit:
    """One limit: what the model needs of what there is, in the unit of both."""

    name: str
    needed: float
    allowed: float
    unit: str
    low: float | None = None
    high: float | None = None
    """Of what is needed, where it is modelled."""
    at_least: bool = False
    """The model must reach what is allowed, and not stay below it."""

    @property
    def use(self) -> float:
        """What share of the limit it takes; above 1 it is broken."""
        return _share(self.needed, self.allowed, self.at_least)

    @property
    def kept(self) -> bool:
        return self.use <= 1

    @property
    def sure(self) -> bool:
        """Whether its whole interval says the same."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return all((_share(end, self.allowed, self.at_least) <= 1) == self.kept for end in ends)

    def said(self) -> str:
        """``flash 247 kB of 131 kB, 1.9 times too much``."""
        needed, allowed = (_written(value, self.unit) for value in (self.needed, self.allowed))
        word = "of at least" if self.at_least else "of"
        over = (
            ""
            if self.kept
            else f", {self.use:.1f} times too {'little' if self.at_least else 'much'}"
        )
        return f"{self.name} {needed} {word} {allowed}{over}{'' if self.sure else ' (not certain)'}"


@dataclass(frozen=True)
class Fit:
    """Whether a point fits a device: its limits, the binding one first; or why it can't run there at all."""

    device: Device
    limits: tuple[Limit, ...] = ()
    number_format: str = ""
    latency: Modelled | None = None
    energy: Modelled | None = None
    why_not: str = ""
    lacks: str = ""
    """What the device has not at all: an arithmetic, or a battery."""

    @property
    def fits(self) -> bool:
        return not self.why_not and all(limit.kept for limit in self.limits)

    @property
    def known(self) -> bool:
        """Whether anything can be said: a model cut for several devices is not for one."""
        return bool(self.limits or self.lacks)

    @property
    def binding(self) -> Limit | None:
        return self.limits[0] if self.limits else None

    def sentence(self) -> str:
        if self.why_not:
            return self.why_not
        broken = [limit.said() for limit in self.limits if not limit.kept]
        if broken:
            return f"Doesn't fit: {'; '.join(broken)}."
        first = self.limits[0]
        return f"Fits: {first.said()} comes closest to its limit, {100 * first.use:.0f} %."


def fit(
    point: Point,
    device: Device,
    wishes: Wishes | None = None,
    works: Mapping[str, str] | None = None,
) -> Fit:
    """Flash and RAM are exact, for one example in the device's own format; the runtime's code isn't counted."""
    work = work_of(point, works)
    if work is None:
        return Fit(device, why_not=f"{UNKNOWN} {_cut(point)}")
    chosen = number_format(point, work, device)
    if chosen is None:
        has = " and ".join(device.rates)
        why = f"{device.title} computes in {has} alone: round the activations to 8 bits."
        return Fit(device, why_not=why, lacks="int8" if work.is_int8 else "float32")
    latency, wishes = latency_s(work, device, chosen), wishes or Wishes()
    energy = energy_j(latency, device)
    if wishes.days is not None and not (wishes.battery_wh or device.battery_wh):
        why = f"{device.title} has no battery of its own: say how many watt hours yours has."
        return Fit(device, (), chosen, latency, energy, why, "battery")
    limits = [*_memory(work, device, chosen), *_wished(latency, device, wishes)]
    limits.sort(key=lambda limit: -limit.use)
    return Fit(device, tuple(limits), chosen, latency, energy)


UNKNOWN = "Nobody can say:"


def _cut(point: Point) -> str:
    if any(step.technique == "slice" for step in point.recipe.steps):
        return "the model is cut for several devices, and its own figures say what each needs."
    return "the point was measured by an earlier version, which did not keep what each layer does; measure it again."


def _memory(work: Work, device: Device, chosen: str) -> list[Limit]:
    weights, activations = work.weight_bytes(chosen), work.activation_bytes(chosen)
    ram = device.ram_bytes.value
    if device.flash_bytes is None:
        return [Limit("memory", weights + activations, ram, "bytes")]
    return [
        Limit("flash", weights, device.flash_bytes.value, "bytes"),
        Limit("RAM", activations, ram, "bytes"),
    ]


def _wished(latency: Modelled, device: Device, wishes: Wishes) -> list[Limit]:
    limits = []
    if wishes.deadline_ms is not None:
        limits.append(_modelled("time", latency.times(1000), wishes.deadline_ms, "ms"))
    if wishes.energy_mj is not None:
        energy = energy_j(latency, device).times(1000)
        limits.append(_modelled("energy", energy, wishes.energy_mj, "mJ"))
    if wishes.days is not None:
        days = battery_days(latency, device, wishes.per_day, wishes.battery_wh)
        if days is not None:
            limits.append(_modelled("battery", days, wishes.days, "days", at_least=True))
    return limits


def _modelled(
    name: str, figure: Modelled, allowed: float, unit: str, at_least: bool = False
) -> Limit:
    return Limit(name, figure.value, allowed, unit, figure.low, figure.high, at_least)


def _share(needed: float, allowed: float, at_least: bool) -> float:
    one, other = (allowed, needed) if at_least else (needed, allowed)
    return one / other if other else float("inf")


def _written(value: float, unit: str) -> str:
    if unit == "bytes":
        return METRICS["memory_bytes"].text(value)
    return duration(value / 1000) if unit == "ms" else f"{written(value, None)} {unit}"


def duration(seconds: float) -> str:
    """With three digits, in seconds from one on, else in milliseconds: ``8.30 s``, ``12.4 ms``."""
    if seconds >= 1:
        return f"{written(seconds, None)} s"
    return f"{written(1000 * seconds, None)} ms"
