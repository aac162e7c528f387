"""Sweep this knob: start it, watch it, cancel it. Its key stands in the URL, so a link finds it again."""

from __future__ import annotations

import streamlit as st

from compression.engine import SweepRun, SweepWatch
from compression.errors import LabError
from compression.recipe.sweep import Sweep
from compression.techniques.step import Knob, Step
from pages.parts import data
from pages.parts.form.asked import asked
from pages.parts.form.knobs import knob_values
from pages.parts.shell.words import duration

SWEEP_POINTS = 50
"""Most values a swept knob takes. All steps of a slider where that is no more: then every one of its
positions is a known point afterwards."""


def sweep_buttons(model: str, technique: type[Step]) -> None:
    """One button per knob that has a range and an effect now; behind one door where there are several."""
    knobs = _ranged(technique)
    if len(knobs) == 1:
        _button(model, technique, knobs[0])
    elif knobs:
        with st.popover("Sweep a knob", icon=":material/play_arrow:", width="stretch"):
            for knob in knobs:
                _button(model, technique, knob)
    if message := st.session_state.pop("_sweep_error", ""):
        st.error(message, icon=":material/error:")


def _button(model: str, technique: type[Step], knob: Knob) -> None:
    st.button(
        f"Sweep {knob.label.lower()}",
        key=f"sweep-{knob.name}",
        icon=":material/play_arrow:",
        width="stretch",
        help=f"Measure the whole range of {knob.label.lower()}; the front fills in as points arrive.",
        on_click=_start,
        args=(model, technique, knob),
    )


def current_sweep(model: str) -> SweepRun | SweepWatch | None:
    """The sweep of this session, or the one the URL names, if it is about this model."""
    if "_sweep" not in st.session_state:
        st.session_state["_sweep"] = (model, st.query_params.get("sweep", ""))
    asked_for, key = st.session_state["_sweep"]
    return data.engine().sweep(key) if asked_for == model and key else None


def sweep_progress(run: SweepRun | SweepWatch) -> None:
    """How far the sweep is and how long it will take, or what became of it."""
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
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    st.progress(progress.fraction, text=f"{progress.done} of {progress.total}{failed}{left}")


def sweep_cancel(run: SweepRun | SweepWatch) -> None:
    st.button("Cancel", key="cancel-sweep", on_click=run.cancel)


def _ranged(technique: type[Step]) -> list[Knob]:
    """The main knobs that are numbers and have an effect where the knobs stand."""
    now = knob_values(technique)
    numbers = (knob for knob in technique.knobs() if (knob.step or knob.values) and not knob.more)
    return [knob for knob in numbers if knob.name in now]


def _start(model: str, technique: type[Step], knob: Knob) -> None:
    points = min(SWEEP_POINTS, len(knob.grid()))
    try:
        chain = asked(technique)
        sweep = Sweep.of_knob(chain.recipe(model), chain.at, knob.name, points=points)
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state["_sweep_error"] = str(error)
        return
    st.session_state["_sweep"] = (model, sweep.key)
    st.query_params["sweep"] = sweep.key
