"""Below the grid of the page Deploy: one pair's limits, its energy in three tiers, carbon and cost, and sources."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.devices import Device, Fit, published, scales
from compression.devices.bound import lower_bound_j
from compression.devices.energy import battery_days
from compression.devices.footprint import (
    PRICE_PER_KWH,
    Country,
    carbon_g,
    cost_usd,
    countries,
    usual_country,
)
from compression.devices.latency import Modelled
from compression.devices.on_device import work_of
from compression.errors import LabError
from compression.point import Point
from compression.point.digits import written
from pages.parts import data
from pages.parts.shell import words
from pages.parts.shell.fleet_view import draw_fleet

PAIR = ("deploy-point", "deploy-device")


def draw_details(
    points: Sequence[Point],
    devices: Sequence[Device],
    rows: Sequence[Sequence[Fit]],
    known: data.Known,
) -> None:
    """One pair's, chosen here: at first the front's cheapest point on the device where it is closest to not fitting."""
    st.header("One pair")
    left, right = st.columns(2)
    with left:
        column = st.selectbox(
            "Point",
            range(len(points)),
            format_func=lambda at: words.named(points[at].recipe),
            key=PAIR[0],
        )
    with right:
        row = st.selectbox(
            "Device", range(len(devices)), format_func=lambda at: devices[at].title, key=PAIR[1]
        )
    found, point, device = rows[row][column], points[column], devices[row]
    st.markdown(found.sentence())
    if found.limits:
        _limits(found)
    if found.latency is not None and found.energy is not None:
        _energy(found, point, known)
        _scale(found, point)
        country, paid, per_day = _running(found, device)
        draw_fleet(points, point, device, country, paid, per_day, known)
    with st.expander("Where the figures of this device come from"):
        _sources(device)
    with st.expander("How right is the model of time?"):
        _validation()


def _limits(found: Fit) -> None:
    rows = [
        {
            "Limit": limit.name,
            "Needed, and there is": limit.said().removeprefix(f"{limit.name} "),
            "Taken": f"{100 * limit.use:.3g} %" if limit.use < 10 else f"{limit.use:.3g}x",
            "Kept": "yes" if limit.kept else "no",
            "How": "modelled" if limit.low is not None else "exact",
        }
        for limit in found.limits
    ]
    st.table(rows, hide_index=True)


def _energy(found: Fit, point: Point, known: data.Known) -> None:
    """Three tiers, each with its own label; they are not to be added or compared with each other."""
    here = point.measurements.get("energy_mj")
    counted = here is not None and here.how == "measured"
    work = work_of(point, known.works)
    rows = [
        {
            "Energy of one answer": "Counted by this machine's processor (RAPL)",
            "Millijoules": f"{here.value:.3g}"
            if here is not None and counted and here.value
            else words.MISSING,
            "What it is": "measured here"
            if counted
            else "this machine has no counter that may be read",
        },
        {
            "Energy of one answer": f"On {found.device.title}",
            "Millijoules": _said(found.energy.times(1000)) if found.energy else words.MISSING,
            "What it is": f"modelled: {found.device.active_w.value:.3g} W x the modelled time",
        },
    ]
    if work is not None:
        bound = lower_bound_j(point, work, found.number_format) * 1000
        rows.append(
            {
                "Energy of one answer": "Lower bound of an ideal accelerator",
                "Millijoules": f"{bound:.2g}",
                "What it is": "arithmetic and memory at 45 nm (Horowitz, 2014): compares formats, no device's energy",
            }
        )
    st.table(rows, hide_index=True)


def _running(found: Fit, device: Device) -> tuple[Country, float, float]:
    """Carbon, costs and battery of what runs all day; with whose electricity, at what price, and how many answers."""
    place, price = st.columns(2)
    with place:
        code = st.selectbox(
            "Country of the electricity", list(countries()), key="country", bind="query-params",
            index=list(countries()).index(usual_country().code), format_func=lambda code: countries()[code].name,
        )  # fmt: skip
    with price:
        paid = st.number_input(
            "Electricity ($ a kWh)",
            min_value=0.01,
            max_value=10.0,
            value=PRICE_PER_KWH,
            key="per-kwh",
        )
    country = countries()[code] if code else usual_country()
    per_day = st.session_state.get("per-day") or 1000.0
    if found.latency is None or found.energy is None:
        return country, paid, per_day
    days = battery_days(found.latency, device, per_day, st.session_state.get("want-wh"))
    rent = device.price_per_hour_usd
    rows = [
        {
            "A million answers": "Carbon (g of CO2)",
            "Modelled": _said(carbon_g(found.energy, country)),
            "From": f"{country.g_per_kwh:g} g a kWh in {country.name}, {country.year} (Our World in Data)",
        },
        {
            "A million answers": "Cost ($)",
            "Modelled": _said(cost_usd(found.latency, found.energy, device, paid)),
            "From": f"{rent.value:g} $ an hour ({rent.source}, {rent.year})"
            if rent
            else "electricity alone",
        },
    ]
    if days is not None:
        rows.append(
            {
                "A million answers": f"Days on its battery at {per_day:g} answers a day",
                "Modelled": _said(days),
                "From": device.battery_wh.source
                if device.battery_wh
                else "the battery that you named",
            }
        )
    st.table(rows, hide_index=True)
    return country, paid, per_day


def _scale(found: Fit, point: Point) -> None:
    """One measured time of a real board, by which all modelled ones of the device are scaled from then on."""
    device = found.device
    if device.scaled is not None:
        st.caption(f"Its times are scaled by {device.scaled.value:.3g}: {device.scaled.source}.")
        st.button("Forget the measured time", key="forget-scale", on_click=_forget, args=(device,))
        return
    typed = st.number_input(
        "Measured on your board (ms)", min_value=0.0, max_value=1e9, value=None, format="%g", key="board-ms",
        placeholder="not measured", help="What this very point takes there. All times of this device are scaled by it, "
        "and marked so.",
    )  # fmt: skip
    if not typed or found.latency is None:
        return
    if st.button("Scale this device by it", key="scale", icon=":material/straighten:"):
        try:
            scales.scale(
                device,
                found.latency.value,
                typed,
                f"{point.recipe.model}, {words.named(point.recipe)}",
            )
        except LabError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.rerun(scope="fragment")


def _forget(device: Device) -> None:
    scales.forget(device)


def _sources(device: Device) -> None:
    if device.note:
        st.caption(device.note)
    figures = {f"{name}, multiply-adds a second": rate for name, rate in device.rates.items()}
    for name in type(device).model_fields:
        figure = getattr(device, name)
        if hasattr(figure, "source"):
            figures[name.replace("_", " ")] = figure
    rows = [
        {
            "Figure": name,
            "Value": f"{figure.value:,.6g}",
            "Source": figure.source,
            "Year": str(figure.year),
        }
        for name, figure in figures.items()
    ]
    st.table(rows, hide_index=True)


def _validation() -> None:
    checked = published.in_sample()
    median, most = published.errors(checked)
    low, high = published.interval(checked)
    st.markdown(
        f"Against all {len(checked)} published times of int8 networks on {len({c.result.chip for c in checked})} "
        "microcontrollers (MLPerf Tiny v0.5 to v1.3, closed division), each modelled from the other networks of its "
        f"submission: the median error is **{100 * median:.0f} %**, nine in ten are below **{100 * most:.0f} %**, and "
        f"nine in ten published times lie between {low:.2f} and {high:.2f} times the modelled one. That is the "
        "interval drawn; where a device's rate was not timed on it, it is wider."
    )
    rows = [
        {
            "Chip": c.result.chip, "System": c.result.system, "Round": c.result.round, "Network": c.result.network,
            "Published (ms)": c.result.latency_ms, "Modelled (ms)": round(c.modelled_ms, 4),
            "Error (%)": round(100 * c.error, 1),
        }
        for c in sorted(checked, key=lambda c: -abs(c.error))
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, key="published", height=260)


def _said(figure: Modelled) -> str:
    value, low, high = (
        written(each, figure.value / 30) for each in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} to {high})"
