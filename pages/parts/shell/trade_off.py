"""The trade-offs page's choice of techniques, and its way back to the knobs of a point."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Point
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form.then_also import as_query
from pages.parts.plots.signs import sign_of
from pages.parts.plots.three_plots import Reach
from pages.parts.shell.going_back import can_ask
from pages.parts.shell.lineage import draw_lineage
from pages.parts.shell.navigation import page_of


def choose_techniques(points: Sequence[Point]) -> list[str]:
    """Which techniques' points to show; all of them at first."""
    offered = sorted({point.recipe.technique for point in points} - {"original"})
    return st.multiselect(
        "Techniques",
        offered,
        default=offered,
        format_func=lambda name: sign_of(name).label,
        key="techniques",
        bind="query-params",
    )


def reach(known: data.Known) -> Reach:
    """The points whose knobs some technique's page can show."""
    return Reach(
        page="trade-offs",
        hint="Click for a link to its knobs",
        clickable=lambda: [point.key for point in known.points if _has_page(point)],
    )


def open_link(known: data.Known, picked: str | None) -> None:
    """A link to the technique page with the knobs of the point that was clicked last."""
    if picked is not None:
        st.session_state["_picked"] = picked
    point = known.by_key.get(st.session_state.get("_picked", ""))
    if point is None or not point.recipe.steps:
        return
    step, *others = point.recipe.steps
    face = FACES[step.technique]
    if others or face.followers:
        draw_lineage(point.recipe, known)
    if not can_ask(face, point.recipe):
        return
    dataset = point.recipe.model.split("/")[0]
    knobs = {knob.name: str(getattr(step, knob.name)) for knob in step.knobs()}
    then = {
        name: v if isinstance(v, list) else f"{v:g}" for name, v in as_query(face, others).items()
    }
    st.page_link(
        page_of(face),
        label=f"Open {point.recipe.describe()} on the {step.label.lower()} page",
        icon=":material/open_in_new:",
        query_params={"data": dataset, "model": point.recipe.model, **knobs, **then},
    )


def _has_page(point: Point) -> bool:
    steps = point.recipe.steps
    face = FACES.get(steps[0].technique) if steps else None
    return face is not None and can_ask(face, point.recipe)
