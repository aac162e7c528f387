"""The panels' pictures in the browser: contents travel once, the slider's moves are followed there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import streamlit as st

from pages.parts.shell.serving import asset_url

_component = st.components.v2.component(
    "compact_ai_lab_pictures",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)

Named = tuple[str, Any]
"""A version, equal only for equal contents, and the contents."""


def draw(
    view: str,
    *,
    key: str,
    knob: str,
    at: float,
    parts: Mapping[str, Named],
    measured: Mapping[str, Any] | None = None,
    on_layer: Callable[[str], None] | None = None,
) -> None:
    """Draw a view of `assets/panels/common/panels.js`; of its parts, ``main`` holds all positions of the knob.

    It stands where the slider of ``knob`` stands, or at ``at`` if there is no slider. ``measured`` holds for that
    one position what only a finished model can tell. ``on_layer`` is told the layer that is clicked.
    """
    sent_before = f"_{key}_sent"
    sent: set[str] = st.session_state.setdefault(sent_before, set())
    versions = {name: version for name, (version, _) in parts.items()}
    news = {name: content for name, (version, content) in parts.items() if version not in sent}
    st.session_state[sent_before] = set(versions.values())

    def clicked() -> None:
        told = st.session_state[key].get("layer")
        if on_layer is not None and isinstance(told, str):
            on_layer(told)

    _component(
        key=key,
        data={
            "code": asset_url("panels/common/panels.js"),
            "view": view,
            "knob": knob,
            "at": at,
            "versions": versions,
            "sent": news,
            "measured": None if measured is None else dict(measured),
        },
        on_layer_change=clicked,
        on_need_change=lambda: st.session_state.pop(sent_before, None),
    )


def draw_still(view: str, content: Mapping[str, Any]) -> None:
    """A picture that follows no knob of the page."""
    version = sha256(repr(content).encode()).hexdigest()[:16]
    parts = {"main": (f"{view} {version}", content)}
    draw(view, key=f"{view}-picture", knob="none", at=0, parts=parts)
