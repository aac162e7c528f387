"""Advantages that grow with every answer: energy, money and carbon of the fleet in a year, all modelled."""

from __future__ import annotations

from compression.advantages.advantage import Advantage, Gain, lower_is_gain, not_known
from compression.advantages.case import Case
from compression.advantages.payback import joules, payback
from compression.devices.footprint import paid_for
from compression.point.digits import written

SAME_WORK = "The device does the same work in the same format: zeros and weights of few bits save none there."
NEARLY = "The two are less than 1 % apart."


def _why(gain: Gain, after: float, before: float) -> str:
    if gain != "none":
        return ""
    return SAME_WORK if after == before else NEARLY


def energy(case: Case) -> Advantage:
    after, before = (found.energy for found in case.there)
    if after is None or before is None:
        return not_known("energy", "Energy", case.why_unknown)
    gain = lower_is_gain(after.value, before.value)
    figure = f"{joules(after.value)} an answer on {case.place}"
    if gain != "none":
        figure += f" instead of {joules(before.value)}"
    watts = f"{case.fleet.device.active_w.value:.3g} W times the modelled time"
    return Advantage("energy", "Energy", gain, figure, watts, _why(gain, after.value, before.value))


def cost(case: Case) -> Advantage:
    after, before = case.years
    if after is None or before is None:
        return not_known("cost", "Cost", case.why_unknown)
    gain = lower_is_gain(after.cost_usd.value, before.cost_usd.value)
    figure = f"{money(after.cost_usd.value)} a year for the fleet"
    if gain != "none":
        figure += f" instead of {money(before.cost_usd.value)}"
    why = _why(gain, after.cost_usd.value, before.cost_usd.value)
    source = f"modelled: {paid_for(case.fleet.device)}"
    return Advantage("cost", "Cost", gain, figure, source, why)


def sustainability(case: Case) -> Advantage:
    """Carbon of the answers, and whether what was spent to make the model comes back."""
    after, before = case.years
    if after is None or before is None:
        return not_known("sustainability", "Sustainability", case.why_unknown)
    gain = lower_is_gain(after.carbon_kg.value, before.carbon_kg.value)
    figure = f"{kilograms(after.carbon_kg.value)} CO2 a year for the fleet"
    if gain != "none":
        figure += f" instead of {kilograms(before.carbon_kg.value)}"
    country = case.fleet.country
    source = f"modelled: {country.g_per_kwh:g} g a kWh in {country.name}, {country.year}"
    back = payback(case.point, case.original, case.fleet, case.works, case.making)
    return Advantage(
        "sustainability", "Sustainability", gain, figure, source, back.said.replace("**", "")
    )


def money(dollars: float) -> str:
    if 0 < dollars < 0.01:
        return "less than 0.01 $"
    return f"{written(dollars, None)} $" if dollars < 1000 else f"{float(f'{dollars:.3g}'):,.0f} $"


def kilograms(kg: float) -> str:
    if kg >= 1000:
        return f"{written(kg / 1000, None)} t"
    return f"{written(kg, None)} kg" if kg >= 1 else f"{written(1000 * kg, None)} g"
