"""A technique's page under its face's address, for the navigation and for links."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.techniques.face import Face


def page_of(face: Face) -> st.Page:
    """The page that Streamlit knows by the face's address."""
    return st.Page(
        partial(_open, face),
        title=face.step.label,
        icon=f":material/{face.icon}:",
        url_path=face.address,
    )


def _open(face: Face) -> None:
    """Imported here, half a second's work: title and navigation are on the screen before it."""
    from pages.parts.shell.technique_page import technique_page

    technique_page(face)
