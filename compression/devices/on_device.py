"""A point as a device would see it: its times and energies those of the device's model, all else as it was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compression.devices.device import Device
from compression.devices.energy import energy_j
from compression.devices.footprint import carbon_g, cost_usd, paid_for, usual_country
from compression.devices.formats import number_format
from compression.devices.latency import Modelled, latency_s
from compression.point import METRICS, Measurement, Point
from compression.point.work import Work, work_in

MODELLED = (*(name for name, metric in METRICS.items() if metric.power_of_time), "speedup")
"""Metrics that are another on each device."""

BASIS = {
    "measured": "timed on this device",
    "borrowed": "timed on others with its core",
    "assumed": "assumed",
}


def seen_on(device: Device, points: Sequence[Point], original: Point | None) -> list[Point]:
    """All points on one device; those of one graph share what any of them knows of it, and its times."""
    view = _View(device, works_of(points), original)
    return [view.of(point) for point in points]


def on_device(
    point: Point,
    device: Device,
    original: Point | None = None,
    works: Mapping[str, str] | None = None,
) -> Point:
    """The point with the device's latency, throughput, energy, and speed-up against the original there.

    Times that are this machine's are left out: what can't be modelled isn't there. The intervals are those of the
    model, `latency.SPREAD`.
    """
    return _View(device, works or {}, original).of(point)


class _View:
    """Points on one device: what is modelled once for each graph and number format."""

    def __init__(self, device: Device, works: Mapping[str, str], original: Point | None) -> None:
        self.device, self.works, self.original = device, works, original
        self._figures: dict[tuple[str, str], dict[str, Measurement]] = {}
        self._works: dict[str, Work | None] = {}

    def of(self, point: Point) -> Point:
        known = {name: m for name, m in point.measurements.items() if name not in MODELLED}
        work, chosen = self._asked(point)
        if work is not None and chosen is not None:
            of_which = (point.work or point.graph, chosen)
            if of_which not in self._figures:
                self._figures[of_which] = self._modelled(work, chosen)
            known |= self._figures[of_which]
            if point.key in self.device.elsewhere:
                note = known["latency_ms"].note
                known["latency_ms"] = _elsewhere(*self.device.elsewhere[point.key], note)
        return point.model_copy(update={"measurements": known})

    def _asked(self, point: Point) -> tuple[Work | None, str | None]:
        told = point.work or self.works.get(point.graph, "")
        if told not in self._works:
            self._works[told] = work_in(told)
        work = self._works[told]
        return work, None if work is None else number_format(point, work, self.device)

    def _modelled(self, work: Work, chosen: str) -> dict[str, Measurement]:
        device, rate = self.device, self.device.rates[chosen]
        latency = latency_s(work, device, chosen)
        known_by = BASIS[rate.basis] if device.scaled is None else f"scaled, {device.scaled.source}"
        note = f"modelled for {device.title} in {chosen}, whose rate is {known_by}"
        rates = Modelled(1 / latency.value, 1 / latency.high, 1 / latency.low)
        watts = f"{device.active_w.value:.3g} W x the latency"
        joules = energy_j(latency, device).times(1000)
        return {
            "latency_ms": _measured(latency.times(1000), "ms", note),
            "throughput_per_s": _measured(rates, "1/s", f"{note}; one example after the other"),
            "energy_mj": _measured(joules, "mJ", f"{watts}, {note}"),
            **_footprint(latency, device, note),
            **self._against_original(latency, chosen),
        }

    def _against_original(self, latency: Modelled, chosen: str) -> dict[str, Measurement]:
        if self.original is None:
            return {}
        work, format_there = self._asked(self.original)
        if work is None or format_there is None:
            return {}
        same = f"{self.device.title} computes it in {chosen}, like the original"
        alike = f"{same}: zeros and weights of fewer bits save no time there."
        return {"speedup": _speedup(latency, latency_s(work, self.device, format_there), alike)}


def works_of(points: Iterable[Point]) -> dict[str, str]:
    """What the graphs do, for points of earlier versions, which don't tell it themselves."""
    return {
        point.graph: point.work for point in points if point.work and point.origin != "elsewhere"
    }


def work_of(point: Point, works: Mapping[str, str] | None = None) -> Work | None:
    """What its graph does, by its own word or that of others of its graph."""
    return work_in(point.work or (works or {}).get(point.graph, ""))


def _elsewhere(latency_ms: float, source: str, note: str) -> Measurement:
    told = f"measured on the device by {source}; all else of it is {note}"
    return Measurement(value=latency_ms, unit="ms", how="elsewhere", note=told)


def _footprint(latency: Modelled, device: Device, note: str) -> dict[str, Measurement]:
    """Carbon and cost of a million answers."""
    country, joules = usual_country(), energy_j(latency, device)
    place = f"{country.g_per_kwh:g} g a kWh in {country.name}, {country.year}"
    cost = cost_usd(latency, joules, device)
    return {
        "carbon_g": _measured(carbon_g(joules, country), "g", f"{place}; {note}"),
        "cost_per_million": _measured(cost, "$", f"{paid_for(device)}; {note}"),
    }


def _speedup(after: Modelled, before: Modelled, note: str) -> Measurement:
    """The same work takes exactly the same time, as ``note`` says; else the model may err on the two apart."""
    ratio = before.value / after.value
    if before.value == after.value:
        return Measurement(value=1.0, unit="x", how="modelled", low=1.0, high=1.0, note=note)
    low, high = after.value / after.high, after.value / after.low
    return Measurement(value=ratio, unit="x", how="modelled", low=ratio * low, high=ratio * high)


def _measured(figure: Modelled, unit: str, note: str) -> Measurement:
    return Measurement(
        value=figure.value, unit=unit, how="modelled", low=figure.low, high=figure.high, note=note
    )
