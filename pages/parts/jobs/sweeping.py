"""The sweep of a page: watched, cancelled. Its key stands in the URL, so a link finds it again."""

from __future__ import annotations

import streamlit as st

from compression.engine import SweepRun, SweepWatch
from pages.parts import data
from pages.parts.jobs.sweep_words import ended, failures
from pages.parts.shell.words import duration


def current_sweep(model: str) -> SweepRun | SweepWatch | None:
    """The sweep of this session, or the one the URL names, if it is about this model."""
    if "_sweep" not in st.session_state:
        st.session_state["_sweep"] = (model, st.query_params.get("sweep", ""))
    asked_for, key = st.session_state["_sweep"]
    return data.engine().sweep(key) if asked_for == model and key else None


def is_running(sweep: SweepRun | SweepWatch | None) -> bool:
    return sweep is not None and not sweep.progress.finished


def sweep_progress(run: SweepRun | SweepWatch) -> None:
    """How far the sweep is and how long it will take, or what became of it."""
    progress = run.progress
    if progress.finished:
        st.caption(ended(progress, f"Sweep {progress.state}"))
        return
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    st.progress(
        progress.fraction, text=f"{progress.done} of {progress.total}{failures(progress)}{left}"
    )


def sweep_cancel(run: SweepRun | SweepWatch) -> None:
    st.button("Cancel", key="cancel-sweep", on_click=run.cancel)
