"""A face's well-known settings of several knobs at once, as chips above the knobs they set."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.techniques.face import Presets

KEY = "_preset"
_WRAP: dict[str, Any] = {"wrap": True} if "wrap" in inspect.signature(st.pills).parameters else {}
"""Older Streamlits always wrap."""

Values = Mapping[str, Any]


def draw_presets(presets: Presets, stand: Values, choose: Callable[[Values], None]) -> None:
    """The chips; ``choose`` gets the settings of one that was picked, in its callback."""
    st.session_state[KEY] = presets.current(stand)
    st.pills(
        presets.label,
        list(presets.chips),
        key=KEY,
        help=presets.help,
        on_change=_chosen,
        args=(presets, choose),
        **_WRAP,
    )


def _chosen(presets: Presets, choose: Callable[[Values], None]) -> None:
    """A chip that is clicked again stays chosen: it is a setting, not a switch."""
    if (name := st.session_state.get(KEY)) is not None:
        choose(presets.chips[name])
