"""How many devices of which kind, asked how often, and how soon they must answer. Kept in the address."""

from __future__ import annotations

import streamlit as st

from compression.advantages import Fleet
from compression.advantages.fleet import DEADLINE_MS
from compression.devices import Device
from pages.parts.form.device import by_title, chosen_device

USUAL = "stm32l4r5"
"""A microcontroller of the middle, where no device is chosen beside the plots."""

COUNT, PER_DAY, DEADLINE = "fleet", "per-day", "want-ms"
"""The parts of an address."""


def choose_fleet() -> Fleet:
    """Four fields in a row; the device is at first the one whose times the plots show."""
    beside = chosen_device()
    places = st.columns([2, 1, 1, 1])
    with places[0]:
        device = _choose_device(beside)
    with places[1]:
        count = choose_count()
    with places[2]:
        per_day = _number("Answers a day, each", PER_DAY, 1000.0, "Of each device.")
    with places[3]:
        deadline = _number(
            "Deadline (ms)", DEADLINE, None, "For one answer; 33 if empty, which is 30 pictures a second."
        )  # fmt: skip
    return Fleet(
        device=device, count=count, per_day=per_day or 1000.0, deadline_ms=deadline or DEADLINE_MS
    )


def choose_count() -> float:
    return _number("Devices", COUNT, 1000.0, "How many there are of this kind.") or 1000.0


def _choose_device(beside: Device | None) -> Device:
    devices = by_title()
    first = next(
        title
        for title, device in devices.items()
        if device.id == (USUAL if beside is None else beside.id)
    )
    chosen = st.selectbox(
        "A fleet of", list(devices), index=list(devices).index(first),
        key=f"fleet-of-{'' if beside is None else beside.id}",
        help="Its times and energies are modelled; the page Deploy says where its figures come from.",
    )  # fmt: skip
    return devices[chosen or first]


def _number(label: str, key: str, usual: float | None, help: str) -> float | None:
    typed = st.number_input(
        label, min_value=0.0, max_value=1e9, value=None, format="%g", key=key, bind="query-params", help=help,
        placeholder="33" if usual is None else f"{usual:,.0f}",
    )  # fmt: skip
    return typed or usual
