"""What have I asked for, and how far is it? All sweeps, also those of before a restart."""

import streamlit as st

from pages.parts.shell.runs_page import list_runs

st.header(
    "Runs",
    anchor=False,
    help="Every sweep that was asked for here. What was measured stays, also of runs that are cancelled or deleted.",
)
list_runs()
