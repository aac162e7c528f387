"""The title of a page: its one first-level heading, as those who listen to a page look for it first."""

from __future__ import annotations

import streamlit as st


def page_title(name: str, explained: str) -> None:
    """Looks as assets/shell/legible.css says."""
    with st.container(key="page-title"):
        st.title(name, help=explained)
