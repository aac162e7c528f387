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
    """The button that starts a training, or starts it again after it failed."""
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


def control_of(point: Point, known: data.Known) -> PointRequest | None:
    """Beside a trained point: what the same training does without the compression, if it is known.

    The control's request while it is trained, or if that failed, else None.
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
        st.caption(f"{says}: being trained.")
    elif request is not None and request.error:
        st.caption(f":material/error: {request.error}")
    return request


def offer_control(point: Point, known: data.Known) -> None:
    """The button that asks for the control of a trained point, where it isn't known."""
    asked = point.recipe.control
    if asked is None or point.recipe.key not in known.by_key or asked.key in known.by_key:
        return
    st.button(
        labelled("Train the control", [asked]),
        key="train-control",
        icon=":material/balance:",
        on_click=_start,
        args=(asked,),
        help=f"{point.recipe.steps[-1].control_words}: a second training, to compare with. What looks like the effect "
        f"of the compression is often that of the training that came with it.{help_on([asked])}",
    )


def _quality(point: Point) -> str:
    return point.text(quality_of(point.recipe.model).field)


def progress(request: PointRequest) -> None:
    """How far a training is, with the time left."""
    if not request.progress:
        st.progress(0.0, text="Waiting for a free worker")
        return
    now = request.progress[-1]
    left = "" if now.seconds_left is None else f", {duration(now.seconds_left)} left"
    st.progress(
        min(1.0, now.fraction),
        text=f"Epoch {now.epoch:.1f} of {now.epochs:g}{left}{_note(now.note)}",
    )


def cancel_button(request: PointRequest) -> None:
    st.button("Cancel", key="cancel-training", on_click=request.cancel)


def curves(request: PointRequest) -> None:
    """Loss and quality on validation of a training that runs, as they come."""
    curve = request.progress
    if not curve:
        return
    now = curve[-1]
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
