"""A search paused, gone on with, or changed: choices pinned or banned, limits moved. What is measured stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from compression.engine import SweepRun, SweepWatch
from compression.errors import LabError, UsageError
from compression.point import METRICS, headline_of
from compression.point.goals import goal_of, in_words
from compression.recipe.axes import Axis
from compression.recipe.sweep import Sweep
from pages.parts import data
from pages.parts.form.limits import typed_limits
from pages.parts.jobs.sweep_plan import freed
from pages.parts.panels.search.learned import label
from pages.parts.panels.search.story import Story

LISTED = 9
"""Values of a number that are offered one by one; more are narrowed by their ends."""

REFUSED, CHANGED = "_search_refused", "_search_changed"


def buttons(run: SweepRun | SweepWatch, story: Story | None) -> None:
    """Pause or Go on, and Change."""
    now = run.progress
    if not now.finished:
        st.button(
            "Pause", key="pause-search", icon=":material/pause:", on_click=run.cancel,
            help="What is being measured is finished and kept; nothing is lost.",
        )  # fmt: skip
    elif now.done + now.failed < now.total or now.failed:
        st.button(
            "Go on", key="resume-search", icon=":material/resume:", on_click=start, args=(run.sweep,),
            help="From where it was: no network is measured twice. Those that failed are tried once more.",
        )  # fmt: skip
    if story is not None and run.sweep.is_search and st.button(
        "Change …", key="change-search", icon=":material/tune:",
        help="Pin or ban choices, move a limit, and go on from what is known.",
    ):  # fmt: skip
        _dialog(run, story)
    if message := st.session_state.pop(REFUSED, ""):
        st.error(message, icon=":material/error:")


def start(sweep: Sweep) -> None:
    """In a callback: begin a sweep or go on with it; a refusal is told at the next draw."""
    try:
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state[REFUSED] = str(error)


@st.dialog("Change the search", width="medium")
def _dialog(run: SweepRun | SweepWatch, story: Story) -> None:
    change_form(run, story)
    if st.session_state.pop(CHANGED, False):
        st.rerun()


def change_form(run: SweepRun | SweepWatch, story: Story) -> None:
    """The choices that are left and the limits; a new search that begins with all that is known."""
    sweep = story.sweep
    st.caption(
        "The search that runs is paused, and a new one begins with all that was measured before: it counts for nothing "
        "in the new one's budget, but tells it where to look."
    )
    values = {
        (axis.step, axis.knob): _left(f"change-{number}", label(story, axis), axis)
        for number, axis in enumerate(sweep.axes.all)
    }
    left, right = st.columns(2)
    with left:
        limits = typed_limits(sweep.model, key="change-limit", stand=_stand(sweep))
    with right:
        points = int(
            st.number_input(
                "Further points", min_value=1, value=max(1, sweep.points or 1), key="change-points"
            )
        )
    try:
        changed = changed_search(story, values, limits, points)
    except LabError as error:
        st.warning(str(error), icon=":material/block:")
        st.button("Go on with these", key="start-changed", type="primary", disabled=True)
        return
    assert changed.goal is not None
    st.caption(f"Looks for {in_words(changed.goal)}.")
    st.button(
        "Go on with these",
        key="start-changed",
        type="primary",
        on_click=_start,
        args=(run, changed),
    )


def changed_search(
    story: Story,
    values: Mapping[tuple[int, str], Sequence[Any]],
    limits: Mapping[str, float],
    points: int,
) -> Sweep:
    """The search over what is left; UsageError in a sentence where nothing is."""
    sweep, goal = story.sweep, story.history.goal
    recipe = story.history.evaluations[0].recipe
    if values and all(len(each) == 1 for each in values.values()):
        raise UsageError(
            "Every choice is pinned, so there is one network left: leave something free."
        )
    changed = Sweep.parse(
        sweep.model, freed(recipe, values), points=points, seed=sweep.seed, seeds=sweep.seeds,
        sampler=sweep.sampler, warm=True,
        goal=goal_of(sweep.model, [each.metric for each in goal.objectives], limits),
    )  # fmt: skip
    if changed.key == sweep.key:
        raise UsageError(
            "Nothing is changed: pin or ban a choice, move a limit, or give other points."
        )
    return changed


def _left(key: str, name: str, axis: Axis) -> Sequence[Any]:
    """Which of an axis's values the search may still choose."""
    if axis.is_ordered and len(axis.values) > LISTED:
        low, high = st.select_slider(
            f"{name} from, to", axis.values, value=(axis.values[0], axis.values[-1]),
            format_func=_written, key=key,
        )  # fmt: skip
        return [value for value in axis.values if low <= value <= high]
    chosen = st.pills(
        name, axis.values, selection_mode="multi", default=list(axis.values),
        format_func=_written, key=key, help="What is not chosen is banned; a single one is pinned.",
    )  # fmt: skip
    return [value for value in axis.values if value in chosen]


def _stand(sweep: Sweep) -> dict[str, float]:
    """The search's limits by the figures that a form shows: one of validation stands for that of the test set."""
    shown = {metric.field for metric in headline_of(sweep.model)}
    limits = () if sweep.goal is None else sweep.goal.limits
    return {
        limit.metric if limit.metric in shown else METRICS[limit.metric].chooses: limit.bound
        for limit in limits
    }


def _start(run: SweepRun | SweepWatch, changed: Sweep) -> None:
    if not run.progress.finished:
        run.cancel()
    start(changed)
    if REFUSED not in st.session_state:
        st.session_state[CHANGED] = True
        st.query_params["sweep"] = changed.key


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
