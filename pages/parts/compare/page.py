"""The page Compare: choose points, read why they differ, then the table, the dots and the details."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts import data
from pages.parts.compare.chosen import LEAST, choose_pair, choose_points, missing
from pages.parts.compare.details import draw_details
from pages.parts.compare.picture import relative_picture
from pages.parts.compare.table import draw_differences
from pages.parts.compare.why import draw_why, kept_answer
from pages.parts.form.link import draw_notes, read_link
from pages.parts.plots.inline_svg import inline_svg
from pages.parts.shell.page_title import page_title
from pages.parts.shell.question import choose_model
from pages.parts.shell.stake import draw_stake

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "compare.css"


def compare_page() -> None:
    read_link(None)
    title, question = st.columns([1, 2], vertical_alignment="bottom")
    with title:
        page_title(
            "Compare", "What differs between a few points of one model, and what explains it."
        )
    with question:
        model = choose_model()
    draw_stake(model, data.original(model))
    st.html(STYLE)
    _answer(model)


@st.fragment
def _answer(model: str) -> None:
    known = data.known_or_bundled(model)
    draw_notes({"model": model})
    if len(known.points) < LEAST:
        st.info(
            "Fewer than two points of this model are known: open a technique page and move a knob."
        )
        return
    chooser, why = st.columns([3, 1], vertical_alignment="bottom")
    with chooser:
        points = choose_points(model, known)
    if said := missing():
        st.caption(f"In the address: {said}.")
    if len(points) < LEAST:
        st.info(
            f"Choose at least {LEAST} points: the table says what differs, and the sentence why."
        )
        return
    with why:
        pair = choose_pair(points)
    before, after = points[pair[0]], points[pair[1]]
    was_known = kept_answer(before, after) is not None
    numbers = (pair[0] + 1, pair[1] + 1)
    sentence = st.empty()
    with sentence.container():
        draw_why(before, after, known, numbers)
    table, dots = st.columns([3, 2], gap="medium")
    with table:
        draw_differences(points)
    with dots:
        inline_svg(relative_picture(points), key="compared-dots")
    answered = draw_details(points, pair)
    if answered and not was_known and kept_answer(before, after) is not None:
        with sentence.container():  # now with its layers' likeness and its classes
            draw_why(before, after, known, numbers)
