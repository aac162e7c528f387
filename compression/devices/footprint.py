"""What inferences cost and emit: electricity, carbon by country, rent by the hour. Torch-free.

`carbon.csv` has grams of CO2 a kilowatt hour by country: Our World in Data (CC BY), after Ember and the Energy
Institute; each row has its year.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from compression.devices.device import Device
from compression.devices.latency import Modelled
from compression.errors import UsageError, unknown

FILE = Path(__file__).with_name("carbon.csv")
JOULES_PER_KWH = 3.6e6
MILLION = 1e6
PRICE_PER_KWH = 0.20
"""Dollars, unless the user says what theirs is."""
VARIABLE, USUAL_COUNTRY = "COMPACT_COUNTRY", "USA"
"""The setting that names the country of the electricity by three letters, and what counts without it."""


@dataclass(frozen=True)
class Country:
    """How much carbon its electricity carries."""

    code: str
    name: str
    g_per_kwh: float
    year: int


@lru_cache(maxsize=1)
def countries() -> Mapping[str, Country]:
    """By their three letters (ISO 3166), in the order of their names."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return {
            row["code"]: Country(
                row["code"], row["country"], float(row["g_per_kwh"]), int(row["year"])
            )
            for row in csv.DictReader(file)
        }


def country_named(code: str) -> Country:
    """UsageError for letters that are no country's here."""
    found = countries().get(code.strip().upper())
    if found is None:
        raise unknown("country", code, countries())
    return found


def usual_country() -> Country:
    """That of COMPACT_COUNTRY; UsageError where it is none."""
    return country_named(os.environ.get(VARIABLE, "").strip() or USUAL_COUNTRY)


def paid_for(device: Device) -> str:
    """What an answer's cost is made of, in words."""
    rent = device.price_per_hour_usd
    if rent is None:
        return f"electricity at {PRICE_PER_KWH:g} $ a kWh"
    return f"{rent.value:g} $ an hour ({rent.source}, {rent.year})"


def carbon_g(joules: Modelled, country: Country, count: float = MILLION) -> Modelled:
    """Grams of CO2 for so many inferences of that energy; what making the device took is not in it."""
    return joules.times(count / JOULES_PER_KWH * country.g_per_kwh)


def cost_usd(
    latency: Modelled,
    joules: Modelled,
    device: Device,
    price_per_kwh: float = PRICE_PER_KWH,
    count: float = MILLION,
) -> Modelled:
    """Dollars for so many inferences, one after the other: the hour's rent where there is one, else electricity."""
    if not 0 < price_per_kwh <= 100:
        raise UsageError(
            f"A price of {price_per_kwh:g} dollars a kilowatt hour can't be: give one above 0, at most 100."
        )
    rent = device.price_per_hour_usd
    if rent is not None:
        return latency.times(count * rent.value / 3600)
    return joules.times(count / JOULES_PER_KWH * price_per_kwh)


def pays_back_after(made_j: float, before: Modelled, after: Modelled) -> float | None:
    """After how many inferences the energy spent to make a smaller model is saved; None where it saves none."""
    saved = before.value - after.value
    return made_j / saved if saved > 0 else None
