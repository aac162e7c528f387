"""The stage: the places that sentence, figures and plots have on a page, which don't move while something goes on."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.plots import line_chart
from pages.parts.shell import lineage

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "stage.css"


def stage_style() -> None:
    """Draw it once a page, outside of what a knob's move draws again."""
    st.html(STYLE)
    st.html(f"<style>{line_chart.STYLE}{lineage.STYLE}</style>")
