"""Chips of the recipe bar dragged by the mouse; what a drag does, its buttons do by the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.form.chain import Chain
from pages.parts.shell.serving import asset_url

KEY = "chip-drag"

_component = st.components.v2.component(
    "compact_ai_lab_chips",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def listen_to_drags(on_drag: Callable[[Callable[[Chain], Chain]], None]) -> None:
    """``on_drag`` gets what a drag does to the chain, in its callback; it takes no room."""

    def dragged() -> None:
        told = st.session_state[KEY].get("moved")
        if isinstance(told, Mapping):
            on_drag(lambda chain: after_drag(chain, told))

    with st.container(key="chip-drag-place"):
        _component(
            key=KEY, data={"code": asset_url("panels/common/chips.js")}, on_moved_change=dragged
        )


def after_drag(chain: Chain, told: Mapping[str, object]) -> Chain:
    """The dragged step at its new place and in the form; as it was, where the browser speaks of another chain."""
    count = len(chain.stands)
    at, to = told.get("from"), told.get("to")
    if told.get("count") != count or not (isinstance(at, int) and isinstance(to, int)):
        return chain
    if not (0 <= at < count and 0 <= to < count):
        return chain
    return chain.select(at).shifted(to - at)
