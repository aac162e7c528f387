"""Opening a class: a code for the board, and the screen at the front."""

from __future__ import annotations

import streamlit as st

from compression.errors import UsageError
from compression.lessons.classroom import HOURS, MOST_GUESSES, classroom
from pages.parts.learn.lesson_page import CLASS
from pages.parts.shell.page_files import learn


def class_room(code: str) -> None:
    """The open class, or a button that opens one; a field for those who have a code."""
    st.markdown(
        "**Guess together.** A code collects the guesses of a room, and shows them before the answer."
    )
    if code:
        st.markdown(f"## {code}")
        st.caption(
            "Open a lesson above and leave it on the screen: it shows how many have guessed, and then what."
        )
        st.page_link(learn(), label="Leave the class", icon=":material/logout:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.text_input(
            "Code of your class", key="class-code", max_chars=12, placeholder="BCDFG"
        )
        joins = st.button("Join", key="class-join", disabled=not asked.strip())
    if st.button("Open a new class", key="class-open", icon=":material/groups:"):
        _go(_opened())
    if joins:
        _go(asked.strip().upper())
    st.caption(
        f"No names are kept: only up to {MOST_GUESSES} guesses a lesson, on this server, for {HOURS} hours."
    )


def _opened() -> str:
    try:
        return classroom().open()
    except UsageError as error:
        st.warning(str(error), icon=":material/groups:")
        return ""


def _go(code: str) -> None:
    if code:
        st.switch_page(learn(), query_params={CLASS: code})
