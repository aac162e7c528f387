"""A presentation: all it shows is read from the store and the bundle, so that it needs no engine."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from compression.errors import StoreError
from compression.models.catalogue import MODELS, model_card
from compression.point import Point
from pages.parts import data
from pages.parts.form.asked import is_another_page
from pages.parts.form.axes import axes_in, quality_axis
from pages.parts.form.device import DEVICE, HERE, by_title
from pages.parts.plots.plot_points import Axis
from pages.parts.plots.presentation import Presentation, Stop
from pages.parts.plots.strip import strip_of
from pages.parts.plots.three_plots import draw
from pages.parts.shell import words
from pages.parts.shell.pins import marks, part_of
from pages.parts.shell.present_link import leave_link
from pages.parts.shell.presented import Asked, asked
from pages.parts.shell.question import FIRST
from pages.parts.shell.stops import allowed_losses, stop_of

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "present.css"


def present() -> None:
    st.html(STYLE)
    is_another_page()
    params = st.query_params.to_dict()
    given = params.get("model", FIRST)
    model = given if given in MODELS else FIRST
    known, trouble = _known(model)
    known = data.on(known, model, by_title().get(params.get(DEVICE, HERE)))
    axes, upright = axes_in(params)
    shown = asked(params, known, [axis.metric for axis in axes])
    with st.container(key="presenting"):
        card = model_card(model)
        st.title(f"{card.title} on {card.data.title}")
    _leave(model, shown)
    _plots(model, known, axes, quality_axis(model, upright), shown, trouble)


def _plots(
    model: str,
    known: data.Known,
    axes: tuple[Axis, Axis, Axis],
    y: Axis,
    shown: Asked,
    trouble: str,
) -> None:
    draw(
        data.background(known, model, [axis.metric for axis in axes]),
        key="plots",
        question=model,
        axes=axes,
        y=y,
        current=None,
        empty="No measured points of this model yet: open a technique's page, and move a knob.",
        pins=marks(shown.pins),
        strip=strip_of(model, known),
        present=Presentation(
            [_stop(point, shown, known.original) for point in shown.points],
            shown.at,
            shown.plot,
            " ".join(filter(None, (trouble, shown.notes))),
            allowed_losses(model, known, st.query_params.to_dict()),
        ),
    )


def _known(model: str) -> tuple[data.Known, str]:
    """The points, and why they are the bundled ones alone."""
    try:
        return data.known(model), ""
    except StoreError as error:
        return data.bundled_only(model), str(error)


def _leave(model: str, shown: Asked) -> None:
    compressed = [point for point in shown.points if point.recipe.steps]
    at = shown.points[shown.at] if shown.points else None
    point = at if at is not None and at.recipe.steps else next(iter(compressed), None)
    leave_link(model, point, part_of(shown.pins))


def _stop(point: Point, shown: Asked, original: Point | None) -> Stop:
    name = words.named(point.recipe) if point.recipe.steps else "The original"
    return stop_of(point, shown.name(point, name), original)
