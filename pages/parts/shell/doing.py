"""The row below the figures: what runs and how long it will take, or what can be started. Always of one height."""

from __future__ import annotations

import streamlit as st

from compression.engine import PointRequest, SweepRun, SweepWatch
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import live, training
from pages.parts.jobs.sweeping import sweep_cancel, sweep_progress
from pages.parts.shell.lineage import draw_lineage
from pages.techniques.face import Face


def draw_doing(
    face: Face,
    recipe: Recipe,
    now: live.Live,
    known: data.Known,
    sweep: SweepRun | SweepWatch | None,
) -> PointRequest | None:
    """A training that runs, else a sweep, else the button that starts a training. Returns the training that runs."""
    trained = now.training
    point = now.point if now.point is not None and now.point.recipe.control is not None else None
    is_sweeping = sweep is not None and not sweep.progress.finished
    with st.container(key="doing", horizontal=True, vertical_alignment="center"):
        with st.container(key="said"):
            if trained is None and point is not None:
                trained = training.control_of(point, known)
            if is_training := trained is not None and not trained.done:
                training.progress(trained)
            elif (len(recipe.steps) > 1 or face.lineage) and not is_sweeping:
                draw_lineage(recipe, known)
            if sweep is not None and not is_training:
                sweep_progress(sweep)
            st.html("<span></span>")  # a container without content would not be there
        if trained is not None and is_training:
            training.cancel_button(trained)
            return trained
        if sweep is not None and is_sweeping:
            sweep_cancel(sweep)
        if now.untrained:
            training.offer(recipe, trained)
        elif point is not None:
            training.offer_control(point, known)
    return None


def draw_nothing() -> None:
    """The row's place, where there is nothing that could be started."""
    with st.container(key="doing", horizontal=True), st.container(key="said"):
        st.html("<span></span>")
