"""What a first visitor may not guess, in three steps; gone for the session when dismissed."""

from __future__ import annotations

import streamlit as st

STEPS = (
    "**1** Choose a data set and a model.  **2** Move a slider: the ringed point is this model, "
    "measured for real.  **3** Click a point of this technique to get its knobs; drag to zoom."
)


def first_visit_hint() -> None:
    """Draw the hint below the plots until it is dismissed."""
    if st.session_state.get("_hint_read"):
        return
    words, button = st.columns([6, 1], vertical_alignment="center")
    words.caption(STEPS)
    button.button("Got it", key="hint-read", on_click=_dismiss, width="stretch")


def _dismiss() -> None:
    st.session_state["_hint_read"] = True
