"""The way into a presentation with all that a page shows, and the way back to where one came from."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from compression.point import Point
from pages.parts.faces import FACES
from pages.parts.form import axes, chain_link, device
from pages.parts.plots.selection import DIGITS
from pages.parts.shell.opening import address_of, page_showing
from pages.parts.shell.page_files import present, trade_offs
from pages.parts.shell.reaching import can_ask

ADDRESS = "present"
POINT, AT, PLOT = "point", "at", "plot"
"""The parts of its address: the point that one came from, the one that is shown, and which of the axes."""

FROM = "_presented_from"
KEY = "p"
"""The key that follows the link, as `assets/plots/keys.js` does."""


def present_link(
    address: str, model: str, point: Point | None, pins: Mapping[str, str] | None = None
) -> None:
    """A link from the page at ``address``, which is remembered as it is now; ``pins`` are the part that has them."""
    here = {name: st.query_params.get_all(name) for name in st.query_params}
    st.session_state[FROM] = (address, {"model": [model], **here})
    came = {} if point is None else {POINT: point.key[:DIGITS]}
    with st.container(key="present", width="content"):
        st.page_link(
            present(),
            label="Present",
            icon=":material/slideshow:",
            help=f"One large plot, the result and the examples, for a room to see. Key: {KEY}",
            query_params={
                "model": model,
                **axes.chosen(),
                **device.part_of_address(),
                **came,
                **(pins or {}),
                chain_link.PAGE: ADDRESS,
            },
        )


def leave_link(model: str, point: Point | None, pins: Mapping[str, str]) -> None:
    """Back to the page one came from, as it was; for who came by a link, to the one that has the point's recipe."""
    address, parts = st.session_state.get(FROM) or _page_of(model, point, pins)
    with st.container(key="leave", width="content"):
        st.page_link(
            _page_at(address),
            label="Leave",
            icon=":material/close:",
            help="Back to the page. Key: Escape",
            query_params={**parts, chain_link.PAGE: address},
        )


def _page_at(address: str) -> st.Page:
    faces = {face.address: face for face in FACES.values()}
    return page_showing(faces[address]) if address in faces else trade_offs()


def _page_of(
    model: str, point: Point | None, pins: Mapping[str, str]
) -> tuple[str, Mapping[str, str]]:
    if point is None or not can_ask(point.recipe):
        return "trade-offs", {"model": model, **pins}
    face, parts = address_of(point.recipe)
    return face.address, {**parts, **pins}
