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

BASIS = {
    "measured": "timed on this device",
    "borrowed": "timed on others with its core",
    "assumed": "assumed",
}


def seen_on(device: Device, points: Sequence[Point], original: Point | None) -> list[Point]:
    """All points on one device; those of one graph share what any of them knows of it."""
    works = works_of(points)
    return [on_device(point, device, original, works) for point in points]


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
    known = {name: m for name, m in point.measurements.items() if not METRICS[name].power_of_time}
    known.pop("speedup", None)
    figures = _figures(point, device, works)
    if figures is not None:
        latency, chosen = figures
        rate = device.rates[chosen]
        known_by = BASIS[rate.basis] if device.scaled is None else f"scaled, {device.scaled.source}"
        note = f"modelled for {device.title} in {chosen}, whose rate is {known_by}"
        known["latency_ms"] = _measured(latency.times(1000), "ms", note)
        if point.key in device.elsewhere:
            known["latency_ms"] = _elsewhere(*device.elsewhere[point.key], note)
        rates = Modelled(1 / latency.value, 1 / latency.high, 1 / latency.low)
        known["throughput_per_s"] = _measured(rates, "1/s", f"{note}; one example after the other")
        watts = f"{device.active_w.value:.3g} W x the latency"
        known["energy_mj"] = _measured(
            energy_j(latency, device).times(1000), "mJ", f"{watts}, {note}"
        )
        known |= _footprint(latency, device, note)
        before = None if original is None else _figures(original, device, works)
        if before is not None:
            same = f"{device.title} computes it in {chosen}, like the original"
            alike = f"{same}: zeros and weights of fewer bits save no time there."
            known["speedup"] = _speedup(latency, before[0], alike)
    return point.model_copy(update={"measurements": known})


def works_of(points: Iterable[Point]) -> dict[str, str]:
    """What the graphs do, for points of earlier versions, which don't tell it themselves."""
    return {
        point.graph: point.work for point in points if point.work and point.origin != "elsewhere"
    }


def work_of(point: Point, works: Mapping[str, str] | None = None) -> Work | None:
    """What its graph does, by its own word or that of others of its graph."""
    return work_in(point.work or (works or {}).get(point.graph, ""))


def _figures(
    point: Point, device: Device, works: Mapping[str, str] | None
) -> tuple[Modelled, str] | None:
    work = work_of(point, works)
    chosen = None if work is None else number_format(point, work, device)
    if work is None or chosen is None:
        return None
    return latency_s(work, device, chosen), chosen


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
