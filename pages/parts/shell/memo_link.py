"""The way from a decision to its memo, with all that was asked."""

from __future__ import annotations

import streamlit as st

from compression.decide import Question
from compression.share.link import parts_of
from pages.parts.shell.page_files import share


def memo_link(question: Question) -> None:
    with st.container(key="memo", width="content"):
        st.page_link(
            share(),
            label="Memo",
            icon=":material/description:",
            help="Write this decision down: as a page of its own, as slides or as Markdown.",
            query_params=parts_of(question),
        )
