"""What a first visitor may not guess, in three steps; gone for the session when dismissed."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import tour
from pages.techniques.face import Face

STEPS = (
    "**1** Choose a data set and a model.  **2** Move a slider: the ringed point is this model, "
    "measured for real.  **3** Click any point to open its recipe; drag to zoom."
)


def first_visit_hint(face: Face) -> None:
    """Draw the hint below the plots until it is dismissed; where the tour leads, with the tour."""
    if st.session_state.get("_hint_read") or tour.is_running():
        return
    words, button = st.columns([5, 2], vertical_alignment="center")
    words.caption(STEPS)
    with button.container(horizontal=True, horizontal_alignment="right"):
        if face.name == tour.TECHNIQUE:
            st.button("Show me", key="hint-tour", on_click=_show)
        st.button("Got it", key="hint-read", on_click=_dismiss)


def _dismiss() -> None:
    st.session_state["_hint_read"] = True


def _show() -> None:
    _dismiss()
    tour.start()
