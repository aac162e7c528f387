"""All pages there are, in the navigation's order, which is this one list; and each page for links to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from pages.parts.faces import FACES
from pages.parts.form.teaching import read_teaching, teaching
from pages.parts.shell.importing import PAGES
from pages.parts.shell.page_files import (
    compare,
    deploy,
    home,
    learn,
    lesson,
    lineage,
    present,
    runs,
    search,
    share,
    trade_offs,
)
from pages.parts.shell.page_title import page_title
from pages.techniques.face import Face

ASSETS = Path(__file__).parents[3] / "assets" / "shell"
STYLES = (ASSETS / "navigation.css", ASSETS / "legible.css")
"""On narrow screens the navigation folds to icons, and opens when pointed at; texts can be read on every page."""


def open_page() -> None:
    """Draw the navigation and run the page that is asked for."""
    read_teaching()
    page = st.navigation(
        {
            "": [home()],
            "Techniques": [page_of(face) for face in FACES.values()],
            "Decide": [trade_offs(), compare(), lineage(), deploy(), runs(), search()],
            "Share": [share(), present()],
            "Learn": [learn(), lesson()],
        }
    )
    for style in STYLES:
        st.html(style)
    if page.url_path not in {face.address for face in FACES.values()}:
        PAGES.wait()  # a technique's page waits below its title
    page.run()


def page_of(face: Face) -> st.Page:
    """The page that Streamlit knows by the face's address."""
    return st.Page(
        partial(open_technique, face),
        title=face.step.label,
        icon=f":material/{face.icon}:",
        url_path=face.address,
        visibility="visible" if teaching().shows(face.address) else "hidden",
    )


def open_technique(face: Face) -> None:
    """The title is on the screen before what the rest needs has been imported, half a second's work."""
    title, question = st.columns([1, 2], vertical_alignment="bottom")
    with title:
        page_title(face.step.label, face.step.summary)
    PAGES.wait()
    from pages.parts.shell.technique_page import technique_page

    technique_page(face, question)
