"""The row below the figures: pins, what runs and how long it will take, what can be started. Always of one height."""

from __future__ import annotations

import streamlit as st

from compression.engine import PointRequest, SweepRun, SweepWatch
from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import live, training
from pages.parts.jobs.sweeping import is_running, sweep_cancel, sweep_progress
from pages.parts.shell.lineage import draw_lineage
from pages.parts.shell.pins import choose_pin, draw_comparison, part_of, pin_buttons, settled
from pages.parts.shell.present_link import present_link
from pages.techniques.face import Face

Sweeping = SweepRun | SweepWatch | None


def draw_doing(
    face: Face,
    recipe: Recipe,
    now: live.Live,
    known: data.Known,
    *,
    here: str,
    pins: tuple[Point, ...],
    sweep: Sweeping,
) -> PointRequest | None:
    """A training that runs, else a sweep, else where the model comes from; the training that runs is returned.

    What is pinned has a row of its own above. ``here`` is the page's address, to which a presentation leads back.
    """
    choose_pin(pins)
    with st.container(key="doing", horizontal=True, vertical_alignment="center"):
        pin_buttons(recipe.model, now.point, known, pins)
        present_link(here, recipe.model, settled(now.point, known), part_of(pins))
        with st.container(key="said"):
            draw_comparison(now.point, pins)
            trained = _said(face, recipe, now, known, sweep)
        is_training = trained is not None and not trained.done
        _buttons(recipe, now, known, trained, sweep)
    return trained if is_training else None


def draw_nothing() -> None:
    """The row's place, where there is nothing that could be started."""
    with st.container(key="doing", horizontal=True), st.container(key="said"):
        _hold_place()


def _said(
    face: Face, recipe: Recipe, now: live.Live, known: data.Known, sweep: Sweeping
) -> PointRequest | None:
    """Two lines at most: what runs or what became of it, where the model comes from; the training they speak of."""
    _hold_place()
    trained, point = now.training, _trained_point(now)
    if trained is None and point is not None:
        trained = training.control_of(point, known)
    if trained is not None and not trained.done:
        training.progress(trained)
        return trained
    is_sweeping = is_running(sweep)
    if sweep is not None and (is_sweeping or point is None):
        sweep_progress(sweep)
    if not is_sweeping and (len(recipe.steps) > 1 or face.lineage):
        draw_lineage(recipe, known)
    else:
        st.empty()  # a training's bar would else stay where a run is cut short by the next one
    return trained


def _buttons(
    recipe: Recipe,
    now: live.Live,
    known: data.Known,
    trained: PointRequest | None,
    sweep: Sweeping,
) -> None:
    is_training = trained is not None and not trained.done
    if sweep is not None and is_running(sweep) and not is_training:
        sweep_cancel(sweep)
    point = _trained_point(now)
    with st.container(key="do"):
        if trained is not None and is_training:
            training.cancel_button(trained)
        elif now.untrained:
            training.offer(recipe, trained)
        elif point is not None:
            training.offer_control(point, known)


def _trained_point(now: live.Live) -> Point | None:
    """The point, if it was trained, so that a control says what the training did."""
    return now.point if now.point is not None and now.point.recipe.control is not None else None


def _hold_place() -> None:
    st.html("<span></span>")  # a container without content would not be there
