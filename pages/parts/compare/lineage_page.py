"""The page Lineage: the tree of recipes with the plots beside it, what chains do beyond their steps, and orders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from compression.compare.chains import chain_effects
from compression.compare.tree import ancestors, tree
from compression.point import Point
from pages.parts import data
from pages.parts.compare.effects import draw_effects
from pages.parts.compare.order_experiment import draw_orders
from pages.parts.compare.tree_picture import draw_tree
from pages.parts.form.axes import quality_axis
from pages.parts.form.link import draw_notes, read_link
from pages.parts.plots import selection
from pages.parts.plots.plot_points import Axis, Mark
from pages.parts.plots.selection import DIGITS
from pages.parts.plots.three_plots import draw
from pages.parts.shell.compare_link import beside_original, compare_link
from pages.parts.shell.lineage import draw_lineage
from pages.parts.shell.opening import link_to
from pages.parts.shell.page_title import page_title
from pages.parts.shell.question import choose_model
from pages.parts.shell.reaching import can_ask
from pages.parts.shell.stage import stage_style
from pages.parts.shell.stake import draw_stake
from pages.parts.shell.trade_off import reach

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "compare.css"
NODE, SHOW = "node", "branches"
CHAINS, FRONT, ALL = "Chains", "Chains and the front", "All"
AXES = (Axis("size_bytes"), Axis("latency_ms"), Axis("energy_mj"))
HEIGHT = 250


def lineage_page() -> None:
    read_link(None)
    title, question = st.columns([1, 2], vertical_alignment="bottom")
    with title:
        page_title(
            "Lineage",
            "Which steps lead to which model, and what steps do together beyond what they do alone.",
        )
    with question:
        model = choose_model()
    draw_stake(model, data.original(model))
    stage_style()
    st.html(STYLE)
    _answer(model)


@st.fragment
def _answer(model: str) -> None:
    known = data.known_or_bundled(model)
    draw_notes({"model": model})
    if not known.points:
        st.info("No points of this model yet: open a technique page and move a knob.")
        return
    point, lost = _picked(known)
    if lost:
        st.caption(f"In the address: `{lost}` is not known here: deleted, or of another model.")
    events = draw(
        data.background(known, model, [axis.metric for axis in AXES]),
        key="plots", question=model, axes=AXES, y=quality_axis(model), height=HEIGHT,
        current=Mark.of(point, point.recipe.describe()), empty="No point has this figure yet.",
        selected=selection.from_url(), on_select=selection.to_url, reach=reach(known), on_pick=_pick,
    )  # fmt: skip
    chosen = selection.selected_points(known, events.selected)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _tree(model, known, point, chosen)
    with right, st.container(border=True, key="picked"):
        _details(point, known, chosen)
    draw_effects(chain_effects(known.points, known.by_key, known.original))
    draw_orders(point.recipe, known)


def _tree(model: str, known: data.Known, point: Point, chosen: Sequence[Point]) -> None:
    show = st.segmented_control(
        "Branches", (CHAINS, FRONT, ALL), default=FRONT, required=True, key=SHOW, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    shown = None
    if show != ALL:
        chains = [each for each in known.points if len(each.recipe.steps) > 1]
        trade_off = data.trade_off(known, model) if show == FRONT else None
        best = trade_off.best if trade_off else ()
        shown = {each.key for each in (*chains, *best, *chosen, point)}
    nodes = tree(model, known.points, shown)
    draw_tree(nodes, current=point.key, selected=[each.key for each in chosen], on_pick=_pick)
    st.caption(
        "A box is a model, and what its last step did; a dashed one was never measured. Arrow keys walk the tree."
    )


def _details(point: Point, known: data.Known, chosen: Sequence[Point]) -> None:
    st.markdown(f"**{point.recipe.describe()}**")
    draw_lineage(point.recipe, known)
    if can_ask(point.recipe):
        link_to(point.recipe)
    beside_original(point, known.original)
    if len(point.recipe.steps) > 1:
        path = [known.by_key[r.key] for r in ancestors(point.recipe) if r.key in known.by_key]
        compare_link(path, "Compare all its stages")
    compare_link(chosen, f"Compare the {len(chosen)} selected")


def _picked(known: data.Known) -> tuple[Point, str]:
    """The node of the address, else a chain that is on the front, else any; and what the address names in vain."""
    asked = st.query_params.get(NODE, "")
    found = next((p for p in known.points if asked and p.key[:DIGITS] == asked[:DIGITS]), None)
    if found is not None:
        return found, ""
    trade_off = data.trade_off(known, known.points[0].recipe.model)
    best = trade_off.best if trade_off else ()
    chains = [p for p in (*best, *known.points) if len(p.recipe.steps) > 1]
    lost = "".join(c for c in asked if c.isalnum())[:20]
    return next(iter(chains), known.points[0]), lost


def _pick(key: str) -> None:
    st.query_params[NODE] = key[:DIGITS]
