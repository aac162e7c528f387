"""The trade-offs page's choice of techniques, and its way to the recipe of a point."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Point
from pages.parts import data
from pages.parts.panels.this_point import this_point
from pages.parts.plots.messages import Reach
from pages.parts.plots.signs import sign_of
from pages.parts.shell.compare_link import beside_original
from pages.parts.shell.lineage import draw_lineage
from pages.parts.shell.opening import link_to
from pages.parts.shell.reaching import can_ask

PICKED = "_picked"


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
    """The points whose recipe some technique's page can show."""
    return Reach(
        page="trade-offs",
        hint="Click to see its recipe",
        clickable=lambda: [point.key for point in known.points if can_ask(point.recipe)],
    )


def pick(key: str) -> None:
    """In the callback of the plots or of the table."""
    st.session_state[PICKED] = key


def picked(known: data.Known, otherwise: Point | None) -> Point | None:
    """The point that was picked last."""
    return known.by_key.get(st.session_state.get(PICKED, ""), otherwise)


def open_picked(known: data.Known, otherwise: Point | None) -> None:
    """The recipe of the point that was picked last, with the link to the page that has it in its form."""
    point = picked(known, otherwise)
    with st.container(border=True, key="picked"):
        if point is None or not can_ask(point.recipe):
            st.caption(
                "Click a point or a row to see its recipe, and to open, link or download it."
            )
            return
        link_to(point.recipe)
        known = _of_its_model(point, known)
        beside_original(point, known.original)
        draw_lineage(point.recipe, known)
        this_point(point.recipe, point)


def _of_its_model(point: Point, known: data.Known) -> data.Known:
    """What is known of the point's own model, where several are shown."""
    model, original = point.recipe.model, known.original
    is_own = original is None or original.recipe.model == model
    return known if is_own else data.known_or_bundled(model)
