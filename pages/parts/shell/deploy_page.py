"""The page Deploy: a grid of devices x points of the front, and all limits of the one pair that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.devices import Device, Fit, Wishes, fit
from compression.errors import UsageError
from compression.point import Point
from pages.parts import data
from pages.parts.form.device import by_title
from pages.parts.form.link import draw_notes, read_link
from pages.parts.form.wishes import choose_wishes
from pages.parts.plots.fit_grid import STYLE, grid
from pages.parts.shell import words
from pages.parts.shell.deploy_details import draw_details
from pages.parts.shell.page_title import page_title
from pages.parts.shell.question import choose_model
from pages.parts.shell.stage import stage_style
from pages.parts.shell.stake import draw_stake

MOST = 7
"""Points of the front that the grid has beside the original."""


def deploy_page() -> None:
    read_link(None)
    title, question = st.columns([1, 2], vertical_alignment="bottom")
    with title:
        page_title(
            "Deploy",
            "Which points of the front fit on which device: flash and RAM are exact, times and energies modelled.",
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
    points = columns_of(known, model)
    draw_notes({"model": model})
    if not points:
        st.info("No points of this model yet: open a technique page and move a knob.")
        return
    asked, shown = st.columns([1, 3.4], gap="medium")
    with asked, st.container(key="knobs"):
        wishes = choose_wishes()
    devices = list(by_title().values())
    with shown:
        try:
            rows = [[_fit(point, device, wishes, known) for point in points] for device in devices]
        except UsageError as error:
            st.warning(str(error), icon=":material/block:")
            return
        st.markdown(sentence(points, rows))
        grid(points, devices, rows)
        draw_details(points, devices, rows, known)


def columns_of(known: data.Known, model: str) -> list[Point]:
    """The original, and of the front over size what one device may hold: spread evenly where there is too much."""
    trade_off = data.trade_off(known, model)
    if trade_off is None:
        return []
    whole = {point.key for point in known.points if known.works.get(point.graph)}
    best = [p for p in trade_off.best if p.recipe.steps and p.key in whole]
    if len(best) > MOST:
        places = {round(at * (len(best) - 1) / (MOST - 1)) for at in range(MOST)}
        best = [best[place] for place in sorted(places)]
    return [*best, trade_off.original]


def sentence(points: Sequence[Point], rows: Sequence[Sequence[Fit]]) -> str:
    """On how many devices the original fits, and the point that fits on most."""
    counts = [sum(row[at].fits for row in rows) for at in range(len(points))]
    of = len(rows)
    best = max(range(len(points)), key=lambda at: (counts[at], points[at].quality or 0))
    told = f"The original fits on **{counts[-1]} of {of}** devices"
    if best == len(points) - 1:
        return f"{told}, and no point of the front on more."
    named = words.named(points[best].recipe)
    change = words.against(points[best], points[-1])
    return f"{told}; *{named}* ({change}) fits on **{counts[best]}**."


def _fit(point: Point, device: Device, wishes: Wishes, known: data.Known) -> Fit:
    return fit(point, device, wishes, known.works)
