"""Whose latency and energy the plots and figures show: this machine's as measured, or a device's as modelled."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from compression.devices import Device, catalogue

DEVICE, HERE = "device", "this machine"
"""The part of the address that names it; and what stands there for none."""


def choose_device(on_change: Callable[[], None] | None = None) -> Device | None:
    """The chooser, which stands above that of the axes; None is this machine."""
    devices = by_title()
    chosen = st.selectbox(
        "Latency and energy on",
        [HERE, *devices],
        key=DEVICE,
        bind="query-params",
        on_change=on_change,
        help="On this machine they are measured. On a device they are modelled from what each layer does, with the "
        "interval of that model; the page Deploy says where its figures come from, and what else fits where.",
    )
    return devices.get(chosen or HERE)


def chosen_device() -> Device | None:
    """What was chosen, for what is drawn beside the chooser."""
    return by_title().get(st.session_state.get(DEVICE, HERE))


def part_of_address() -> dict[str, str]:
    """What was chosen, for the address of a page without the chooser."""
    device = chosen_device()
    return {} if device is None else {DEVICE: st.session_state[DEVICE]}


def by_title() -> dict[str, Device]:
    """The devices by the name that people read; of two alike, the later has its id behind it."""
    found: dict[str, Device] = {}
    for device in catalogue().values():
        title = device.title if device.title not in found else f"{device.title}, {device.id}"
        found[title] = device
    return found
