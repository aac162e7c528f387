"""What a user wants of a device besides room: deadline, energy, days on a battery. Kept in the address."""

from __future__ import annotations

import streamlit as st

from compression.devices import Wishes

KEYS = ("want-ms", "want-fps", "want-mj", "want-days", "want-wh", "per-day")


def choose_wishes() -> Wishes:
    """Empty fields want nothing."""
    deadline = _number("An answer within (ms)", "want-ms", "At most so long for one example.")
    fps = _number(
        "Answers a second", "want-fps", "The same as a rate; the stricter of the two holds."
    )
    energy = _number("Energy of an answer at most (mJ)", "want-mj", "While the device computes.")
    days = _number("Days on a battery", "want-days", "Idle power and that of the answers together.")
    battery = _number(
        "Battery (Wh)",
        "want-wh",
        "Instead of the device's usual one: a CR2032 coin cell has 0.7, two AA cells 7.",
    )
    per_day = _number(
        "Answers a day", "per-day", "For the battery, carbon and costs; 1,000 if empty."
    )
    within = [each for each in (deadline, 1000 / fps if fps else None) if each]
    return Wishes(
        deadline_ms=min(within, default=None),
        energy_mj=energy,
        days=days,
        per_day=per_day or 1000.0,
        battery_wh=battery,
    )


def _number(label: str, key: str, help: str) -> float | None:
    typed = st.number_input(
        label, min_value=0.0, max_value=1e9, value=None, format="%g", placeholder="no limit",
        key=key, bind="query-params", help=help,
    )  # fmt: skip
    return typed or None
