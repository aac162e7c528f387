"""A fleet on the page Deploy: what each point of the grid takes in a year on one device, and when it pays back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.advantages import Fleet, Making, Yearly, payback, yearly
from compression.advantages.running import kilograms, money
from compression.devices import Device
from compression.devices.footprint import Country
from compression.devices.latency import Modelled
from compression.point import Point
from compression.point.digits import written
from pages.parts import data
from pages.parts.form.fleet import choose_count
from pages.parts.jobs.expected import expected, source
from pages.parts.shell import words

BUSY = "Devices are idle or elsewhere busy for the rest of the day; what they take then is the same with any model."
TOO_BUSY = (
    "Where it is busy more than 100 % of the day, a device can't keep up: so many times the devices would be needed, "
    "and the figures are those of all answers together."
)


def draw_fleet(
    points: Sequence[Point],
    chosen: Point,
    device: Device,
    country: Country,
    price_per_kwh: float,
    per_day: float,
    known: data.Known,
) -> None:
    """A field for the number of devices, a row for each point, and the chosen one's payback in a sentence."""
    st.header("A fleet of them")
    count, _ = st.columns([1, 2])
    with count:
        devices = choose_count()
    fleet = Fleet(
        device=device, count=devices, per_day=per_day, country=country, price_per_kwh=price_per_kwh
    )
    st.markdown(
        f"**{devices:,.0f} x {device.title}, {per_day:,.0f} answers a day each:** "
        f"{fleet.answers_a_year:,.0f} in a year."
    )
    years = [yearly(point, fleet, known.works) for point in points]
    st.table(list(map(row, points, years)), hide_index=True)
    told = [year for year in years if year is not None]
    if told:
        is_late = any(year.busy.value > 1 for year in told)
        st.caption(f"{interval(told[0])} {TOO_BUSY if is_late else BUSY}")
    if known.original is not None:
        st.markdown(f"**Making this point.** {back(chosen, fleet, known)}")


def row(point: Point, year: Yearly | None) -> dict[str, str]:
    """One point in a year; where it can't run there, the cells are empty."""
    told = (
        (words.MISSING,) * 4
        if year is None
        else (
            kilowatt_hours(year.kwh),
            money(year.cost_usd.value),
            kilograms(year.carbon_kg.value),
            f"{float(f'{100 * year.busy.value:.2g}'):,g} %",
        )
    )
    return {
        "Point": words.named(point.recipe),
        **dict(zip(("Energy a year", "Cost a year", "CO2 a year", "Busy"), told, strict=True)),
    }


def interval(year: Yearly) -> str:
    low, high = year.kwh.low / year.kwh.value, year.kwh.high / year.kwh.value
    return f"All is modelled: in nine of ten cases the true figure lies within {low:.2g} to {high:.2g} times this one."


def kilowatt_hours(figure: Modelled) -> str:
    if figure.value < 1:
        return f"{written(1000 * figure.value, None)} Wh"
    return f"{written(figure.value, None)} kWh"


def back(point: Point, fleet: Fleet, known: data.Known) -> str:
    """When the chosen point's making pays back; where nobody timed it, by how long others of its kind took."""
    if known.original is None:
        return ""
    making = None
    if (
        point.recipe.steps
        and point.value("make_s") is None
        and (told := expected([point.recipe])) is not None
    ):
        making = Making(told.seconds, f"expected {source([point.recipe])}")
    return payback(point, known.original, fleet, known.works, making).said
