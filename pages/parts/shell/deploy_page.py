"""The page Deploy: a grid of devices x points of the front, and all limits of the one pair that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.devices import Fit, fit
from compression.devices.catalogue import wrong_files
from compression.devices.on_device import work_of
from compression.point import Point
from compression.point.pareto import front
from pages.parts import data
from pages.parts.form.device import by_title
from pages.parts.form.link import draw_notes, read_link
from pages.parts.form.wishes import choose_wishes
from pages.parts.shell import words
from pages.parts.shell.deploy_details import draw_details
from pages.parts.shell.fit_grid import STYLE, grid
from pages.parts.shell.page_title import page_title
from pages.parts.shell.question import choose_model
from pages.parts.shell.stage import stage_style
from pages.parts.shell.stake import draw_stake

FROM_FRONT, IN_INT8 = 4, 3
"""Points that the grid has at most beside the original: of the front over size, and of that of int8 models alone, which
is where small devices are fast."""


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
        for wrong in wrong_files():
            st.warning(wrong, icon=":material/block:")
        works = known.works
        rows = [[fit(point, device, wishes, works) for point in points] for device in devices]
        st.markdown(sentence(points, rows))
        grid(points, devices, rows)
        draw_details(points, devices, rows, known)


def columns_of(known: data.Known, model: str) -> list[Point]:
    """What the grid has, smallest first and the original last; only what runs whole on one device."""
    trade_off = data.trade_off(known, model)
    if trade_off is None:
        return []
    works = known.works
    whole = [point for point in known.points if point.recipe.steps and works.get(point.graph)]
    int8 = [p for p in whole if (work := work_of(p, works)) is not None and work.is_int8]
    there = {point.key for point in whole}
    best = [point for point in trade_off.best if point.key in there]
    chosen = [*_spread(best, FROM_FRONT), *_spread(front(int8, "size_bytes"), IN_INT8)]
    by_size = sorted({p.key: p for p in chosen}.values(), key=lambda p: p.value("size_bytes") or 0)
    return [*by_size, trade_off.original]


def _spread(points: Sequence[Point], most: int) -> list[Point]:
    """Evenly over what there is, both ends among them."""
    if len(points) <= most:
        return list(points)
    places = {round(at * (len(points) - 1) / (most - 1)) for at in range(most)}
    return [points[place] for place in sorted(places)]


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
