"""A trained recipe on a page: asked for by a button, followed live, stopped by another.

It is shown untrained until then, so that the plots have a before and an after.
"""

from __future__ import annotations

import math

import streamlit as st

from compression.engine import PointRequest, Priority
from compression.point import Point, quality_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs.expected import help_on, labelled
from pages.parts.plots.line_chart import line_chart
from pages.parts.shell.words import against, duration


def current(recipe: Recipe) -> PointRequest | None:
    """The training of a recipe that runs, or that failed in this session; taken up again after a reload."""
    held: PointRequest | None = st.session_state.get("_training")
    if held is not None and held.key == recipe.key and not held.cancelled:
        return held
    if held is None or held.done:
        running = data.engine().join(recipe)
        if running is not None:
            st.session_state["_training"] = running
        return running
    return None


def offer(recipe: Recipe, request: PointRequest | None) -> None:
    """The button that starts a training, or what became of one."""
    if request is not None and request.error:
        st.error(request.error, icon=":material/error:")
    if request is None or request.error:
        st.button(
            labelled("Train this setting", [recipe]),
            key="train",
            icon=":material/model_training:",
            type="primary",
            on_click=_start,
            args=(recipe,),
            help="Training takes seconds to minutes, so it is not done while a slider moves."
            + help_on([recipe]),
        )


def control(point: Point, known: data.Known) -> PointRequest | None:
    """Beside a trained point: what the same training does without the compression, or the button that asks.

    The control's request while it is trained, else None.
    """
    asked = point.recipe.control
    if asked is None or point.recipe.key not in known.by_key:
        return None
    says = point.recipe.steps[-1].control_words
    there = known.by_key.get(asked.key)
    if there is not None:
        verdict = f", {said}" if (said := against(point, there)) else ""
        st.caption(f"{says}: {_quality(there)}; this point: {_quality(point)}{verdict}.")
        return None
    request = current(asked)
    if request is not None and not request.done:
        st.caption(f"{says}: being trained, see below the plots.")
        return request
    if request is not None and request.error:
        st.error(request.error, icon=":material/error:")
    st.button(
        labelled("Train the control", [asked]),
        key="train-control",
        icon=":material/balance:",
        on_click=_start,
        args=(asked,),
        help=f"{says}: a second training, to compare with. What looks like the effect of the compression is "
        f"often that of the training that came with it.{help_on([asked])}",
    )
    return None


def _quality(point: Point) -> str:
    return point.text(quality_of(point.recipe.model).field)


def curves(request: PointRequest) -> None:
    """How far a training is: progress with the time left, loss and quality on validation, a way to stop."""
    curve = request.progress
    bar, button = st.columns([4, 1], vertical_alignment="center")
    button.button("Cancel", key="cancel-training", width="stretch", on_click=request.cancel)
    if not curve:
        bar.progress(0.0, text="Waiting for a free worker")
        return
    now = curve[-1]
    left = "" if now.seconds_left is None else f", {duration(now.seconds_left)} left"
    bar.progress(
        min(1.0, now.fraction),
        text=f"Epoch {now.epoch:.1f} of {now.epochs:g}{left}{_note(now.note)}",
    )
    learned = [(p.epoch, p.loss) for p in curve if not math.isnan(p.loss)]
    quality = quality_of(request.recipe.model)
    checked = [
        (p.epoch, quality.factor * p.validation)
        for before, p in zip((None, *curve), curve, strict=False)
        if p.validation is not None and (before is None or before.validation != p.validation)
    ]
    drawn = (
        line_chart("Training loss", learned, now.epochs),
        line_chart(
            f"Validation {quality.head[:1].lower()}{quality.head[1:]}",
            checked,
            now.epochs,
            dots=True,
        ),
    )
    st.html(f'<div class="lab-curves">{"".join(drawn)}</div>')


def _note(note: str) -> str:
    return f". {note}" if note else ""


def _start(recipe: Recipe) -> None:
    held: PointRequest | None = st.session_state.get("_training")
    if held is not None and not held.done:
        held.cancel()  # one training a visitor at a time
    st.session_state["_training"] = data.engine().request(recipe, priority=Priority.LIVE)
