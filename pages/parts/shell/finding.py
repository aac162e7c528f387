"""Find it for me: a search for a point that the question asks for, where the known ones leave a gap."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from compression.decide import Decision, Question
from compression.decide.bounds import point_of_quality
from compression.decide.question import USUAL_LOSS
from compression.errors import LabError
from compression.point import METRICS, Point
from compression.point.goals import goal_of, in_words
from compression.recipe.sweep import Sweep
from pages.parts import data
from pages.parts.jobs.expected import expected
from pages.parts.jobs.sweeping import current_sweep, is_running, sweep_cancel, sweep_progress
from pages.parts.panels.common.asking import poll
from pages.parts.shell.words import duration

WAYS: Mapping[str, tuple[str, ...]] = {
    "fewer channels, then fewer bits": ("prune-channels:ratio=0.1..0.8", "quantize:bits=2..8"),
    "zeros, then fewer bits": ("prune:sparsity=0.3..0.9", "quantize:bits=2..8"),
    "fewer bits alone": ("quantize:bits=2..8,per=channel|tensor",),
}
"""Chains whose points take a second or less, with the knobs that a search moves."""

POINTS = 24
REFUSED, BEGUN = "_finding_error", "_finding_begun"
POLL_MS = 2000


def find_button(found: Decision) -> None:
    """Opens the form of the search."""
    if st.button(
        "Find it for me", icon=":material/travel_explore:", key="find",
        help="Searches for a point that answers your question better than those that are known.",
    ):  # fmt: skip
        _dialog(found)


def watch_finding(model: str) -> None:
    """How far the search is; its points appear as they come."""
    sweep = current_sweep(model)
    if sweep is None:
        return
    with st.container(key="finding", horizontal=True, vertical_alignment="center"):
        sweep_progress(sweep)
        if is_running(sweep):
            sweep_cancel(sweep)
            poll("finding", POLL_MS)


@st.dialog("Find it for me", width="medium")
def _dialog(found: Decision) -> None:
    question = found.question
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(refused, icon=":material/error:")
    way = st.selectbox("Try", list(WAYS), key="find-way")
    points = st.slider("Points to measure", 8, 96, POINTS, step=8, key="find-points")
    try:
        sweep = search_for(question, found.original, WAYS[way], points)
        st.markdown(_said(sweep, question))
    except LabError as error:
        st.warning(str(error), icon=":material/block:")
        return
    st.button(
        "Start the search", key="find-start", type="primary", on_click=_start,
        args=(question.model, sweep),
    )  # fmt: skip
    if st.session_state.pop(BEGUN, False):
        st.rerun()


def search_for(
    question: Question, original: Point | None, steps: tuple[str, ...], points: int
) -> Sweep:
    """A search by the question's aim and limits; guards, and times on a device, can't steer it."""
    quality, limits = question.quality, steering(question)
    most = question.most_lost
    if most is None and not limits:
        most = USUAL_LOSS
    if most is not None and original is not None:
        by = next((m.field for m in METRICS.values() if m.chooses == quality.field), quality.field)
        before = original.value(by)
        if before is not None:
            one = point_of_quality(quality, original)
            limits[quality.field] = before + quality.cost(1.0) * most * one
    goal = goal_of(question.model, (quality.field, question.axis), limits)
    return Sweep.parse(question.model, steps, points=points, sampler="tpe", goal=goal, warm=True)


def steering(question: Question) -> dict[str, float]:
    """The limits that a search can be told."""
    on_device = question.device is not None
    return {
        name: bound
        for name, bound in question.limits.items()
        if not METRICS[name].is_guard
        and not (on_device and (METRICS[name].power_of_time or name == "speedup"))
    }


def _said(sweep: Sweep, question: Question) -> str:
    told, first = "", sweep.recipes()
    if sweep.goal is not None:
        told = f"It looks for {in_words(sweep.goal)}, beginning with what is known. "
    left = [name for name in question.limits if name not in steering(question)]
    if question.guards or left or question.device:
        told += "Guards and what holds on a device can't steer it: they judge what it found. "
    time = expected(first)
    if time is None:
        return f"{told}{len(sweep)} points; nothing alike was timed yet."
    lasts = duration(max(1.0, time.seconds * len(sweep) / len(first)))
    return f"{told}**{len(sweep)} points, about {lasts}.**"


def _start(model: str, sweep: Sweep) -> None:
    try:
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[BEGUN] = True
    st.session_state["_sweep"] = (model, sweep.key)
    st.query_params["sweep"] = sweep.key
