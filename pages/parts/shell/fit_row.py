"""Whether the current point fits the chosen device: one row below the figures, there only with a device."""

from __future__ import annotations

import streamlit as st

from compression.devices import Device, fit
from compression.point import Point
from pages.parts import data


def draw_fit(point: Point | None, device: Device | None, seen: data.Known) -> None:
    """The verdict in words, the binding limit first; a row of one height."""
    if device is None:
        return
    with st.container(key="fit"):
        if point is None:
            st.caption(f"**{device.title}:** nothing is measured yet.")
            return
        found = fit(point, device, works=seen.works)
        sign = ":material/check_circle:" if found.fits else ":material/cancel:"
        if not found.known:
            sign = ":material/help:"
        st.caption(f"{sign} **{device.title}:** {found.sentence()}")
