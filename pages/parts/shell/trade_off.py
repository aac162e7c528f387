"""The trade-offs page's words and its way back to the knobs of a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from compression.point import METRICS, Point
from compression.point.pareto import front
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form.then_also import as_query, can_follow
from pages.parts.plots.signs import sign_of
from pages.parts.shell import words
from pages.parts.shell.lineage import draw_lineage
from pages.parts.shell.navigation import page_of

SMALL_LOSS = 0.01
"""The loss of accuracy, as a fraction, that the sentence calls "at most one point"."""


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


def best_within(points: Sequence[Point], limits: Mapping[str, float], metric: str) -> list[Point]:
    """The front of accuracy over ``metric`` among the points that keep all limits."""
    return front(points, metric, limits=limits)


def best_sentence(best: Sequence[Point], original: Point | None, metric: str) -> str:
    """The answer in one sentence: the cheapest point on the front that loses at most one point."""
    if not best:
        return "**No point is within these limits**: loosen one of them."
    label = METRICS[metric].label.lower()
    accuracy = None if original is None else original.value("accuracy")
    if original is None or accuracy is None:
        return f"**{len(best)} points** are on the front of accuracy against {label}."
    close = [
        p for p in best if (p.value("accuracy") or 0) >= accuracy - SMALL_LOSS and p.recipe.steps
    ]
    if not close:
        return f"**{len(best)} points** are on the front; none within one point of the original's accuracy."
    chosen = close[0]
    return (
        f"**At most one point lost:** {chosen.recipe.describe()} is "
        f"{words.headline(chosen, original)[0].lower()}{words.headline(chosen, original)[1:]}"
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
    if not can_follow(face, others):
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
