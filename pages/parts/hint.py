"""What a first visitor may not guess, in three steps; gone for the session when dismissed."""

from __future__ import annotations

import streamlit as st

STEPS = """
1. **Choose** a data set and a model, top right.
2. **Move a slider**: the ringed point is this model, measured for real.
3. **Click** any point to get its knobs; drag to zoom.
"""


def first_visit_hint() -> None:
    """Draw the hint until it is dismissed; it stands where nothing else would be."""
    if st.session_state.get("_hint_read"):
        return
    with st.container(border=True, key="hint"):
        st.markdown(STEPS)
        st.button("Got it", key="hint-read", on_click=_dismiss)


def _dismiss() -> None:
    st.session_state["_hint_read"] = True
