"""Sweep this knob: start it, watch it, cancel it. Its key stands in the URL, so a link finds it again."""

from __future__ import annotations

import streamlit as st

from compression.engine import SweepRun
from compression.errors import LabError
from compression.recipe import Recipe
from compression.sweep import Sweep
from compression.techniques.step import Knob
from pages.parts import data

SWEEP_POINTS = 25
"""Most values a swept knob takes: enough to draw a front, done in seconds."""


def sweep_controls(recipe: Recipe) -> bool:
    """Draw the button, or the progress of the sweep in the URL; True while one is running."""
    swept = [knob for knob in recipe.steps[-1].knobs() if knob.step and not knob.choices]
    run = _current(recipe.model)
    running = run is not None and not run.progress.finished
    for knob in swept:
        st.button(
            f"Sweep {knob.label.lower()}",
            key=f"sweep-{knob.name}",
            icon=":material/play_arrow:",
            disabled=running,
            width="stretch",
            help=f"Measure the whole range of {knob.label.lower()}; the front fills in as points arrive.",
            on_click=_start,
            args=(recipe, knob),
        )
    if message := st.session_state.pop("_sweep_error", ""):
        st.error(message, icon=":material/error:")
    if run is not None:
        _draw_progress(run)
    return running


def _start(recipe: Recipe, knob: Knob) -> None:
    points = min(SWEEP_POINTS, len(knob.grid()))
    try:
        sweep = Sweep.of_knob(recipe, len(recipe.steps) - 1, knob.name, points=points)
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state["_sweep_error"] = str(error)
        return
    st.session_state["_sweep"] = (recipe.model, sweep.key)
    st.query_params["sweep"] = sweep.key


def _current(model: str) -> SweepRun | None:
    """The sweep of this session, or the one the URL names, if it is about this model."""
    if "_sweep" not in st.session_state:
        st.session_state["_sweep"] = (model, st.query_params.get("sweep", ""))
    asked_for, key = st.session_state["_sweep"]
    if asked_for != model or not key:
        return None
    return data.engine().sweep(key)


def _draw_progress(run: SweepRun) -> None:
    progress = run.progress
    failed = f", {progress.failed} failed" if progress.failed else ""
    if progress.finished:
        words = {
            "finished": "Sweep finished",
            "cancelled": "Sweep cancelled",
            "failed": "Sweep failed",
        }
        said = f"{words[progress.state]}: {progress.done} of {progress.total} points{failed}."
        st.caption(f"{said} {progress.message}".strip())
        return
    left = "" if progress.seconds_left is None else f", {_duration(progress.seconds_left)} left"
    st.progress(progress.fraction, text=f"{progress.done} of {progress.total}{failed}{left}")
    st.button("Cancel the sweep", key="cancel-sweep", width="stretch", on_click=run.cancel)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
