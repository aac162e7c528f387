"""What the page Share gives and takes: memos in three formats, a memo to be opened again, the site as an archive."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from compression.decide import Question, decide
from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.share.link import parts_of
from compression.share.memo import memo_of, written
from compression.share.memo.carried import carried_in
from compression.share.memo.harms import harms_of
from compression.share.memo.known import said_since
from pages.parts import data

KINDS = (
    ("html", "Interactive page", "text/html", ":material/html:"),
    ("pptx", "Slides",
     "application/vnd.openxmlformats-officedocument.presentationml.presentation", ":material/slideshow:"),
    ("md", "Markdown", "text/markdown", ":material/notes:"),
)  # fmt: skip

LARGEST_MB = 30


def draw_downloads(known: data.Known, question: Question) -> None:
    """Buttons that write the memo when they are pressed."""
    name = f"memo-{question.model.replace('/', '-')}"
    with st.container(horizontal=True, vertical_alignment="center", key="take-memo"):
        st.markdown("**Memo**")
        for ending, label, mime, icon in KINDS:
            st.download_button(
                label, partial(memo_file, known, question, ending), f"{name}.{ending}",
                mime, icon=icon, key=f"memo-{ending}", on_click="ignore",
            )  # fmt: skip


def memo_file(known: data.Known, question: Question, ending: str) -> bytes:
    """The memo of what is known now."""
    choice = decide(known.points, known.original, question).choice
    harms = None if choice is None else harms_of(choice, data.store())
    return written(memo_of(known.points, known.original, question, harms=harms), ending)


def open_memo() -> None:
    """A memo's file leads back to its question; what it carries is checked, never executed."""
    with st.expander("Open a memo", icon=":material/file_open:"):
        file = st.file_uploader(
            "A memo as page, slides or Markdown", type=[kind[0] for kind in KINDS], key="memo-file",
            max_upload_size=LARGEST_MB,
        )  # fmt: skip
        if file is None:
            return
        try:
            carried = carried_in(file.getvalue())
        except UsageError as error:
            st.error(str(error), icon=":material/block:")
            return
        question = carried.question
        known = data.known_or_bundled(question.model)
        now = decide(known.points, known.original, question)
        st.markdown(now.claim.replace("$", r"\$"))
        st.caption(said_since(carried.choice, now, known.points))
        st.link_button(
            "Open its question", f"share?{urlencode(parts_of(question))}", icon=":material/open_in_new:",
            help="In a new tab, whose fields stand as the memo's question has them.",
        )  # fmt: skip


def publish_site() -> None:
    """All points of all models as static files, in one archive."""
    st.header("All points as a site")
    with st.container(horizontal=True, vertical_alignment="center", key="take-site"):
        st.download_button(
            "Site as ZIP", _site, "compact-ai-lab.zip", "application/zip",
            icon=":material/folder_zip:", key="site-zip", on_click="ignore",
            help="The same by `python -m compression publish FOLDER`.",
        )  # fmt: skip
        st.caption(
            "Plots, limits, examples and sliders among all measured points, as files that open without a server: for a "
            "class, or a paper's supplement."
        )


def _site() -> bytes:
    from compression.share.site import as_zip, site

    return as_zip(site({model: data.store().known(model) for model in MODELS}))
