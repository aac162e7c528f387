"""Points as files, out and in: a model's to download, and others' to show beside ours.

Nothing of a file is run or drawn as HTML: its rows are counted, and refused in words.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from compression.errors import LabError, StoreError
from compression.exchange.incoming import MOST_BYTES, read_points
from compression.exchange.outgoing import FORMATS, as_bytes
from compression.models.catalogue import MODELS, model_card
from compression.store.taking_in import take_in
from pages.parts import data

TYPES = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
SAID, WRONG, TAKEN = "_exchange_said", "_exchange_wrong", "_exchange_taken"
REASONS = 5
"""Kinds of refusals that are listed; a file may have thousands."""


def exchange_box() -> None:
    out, into = st.columns(2, gap="large")
    with out:
        _export()
    with into:
        _import()


def _export() -> None:
    st.subheader("Points to take away", anchor=False)
    model = st.selectbox(
        "Model", list(MODELS), key="exchange-model", format_func=lambda name: f"{model_card(name).title}, {name}"
    )  # fmt: skip
    with st.container(horizontal=True):
        for format in FORMATS:
            st.download_button(
                format.upper() if format != "parquet" else "Parquet",
                partial(_file, model, format),
                file_name=f"{model.replace('/', '-')}-points.{format}", mime=TYPES[format],
                key=f"exchange-{format}", on_click="ignore",
            )  # fmt: skip
    st.caption(
        "Every figure as it was measured, with what measures it again. Each format can be taken in again."
    )


def _file(model: str, format: str) -> bytes:
    """As they were measured: pages show times on one clock."""
    return as_bytes(data.store().known(model), format)


def _import() -> None:
    st.subheader("Points measured elsewhere", anchor=False)
    turn = st.session_state.get(TAKEN, 0)
    st.file_uploader(
        f"A file of points: {', '.join(FORMATS)}, at most {min(50, MOST_BYTES // 2**20)} MB",
        type=list(FORMATS), key=f"exchange-file-{turn}", on_change=_given, args=(turn,),
    )  # fmt: skip
    if wrong := st.session_state.get(WRONG):
        st.error(wrong, icon=":material/error:")
    for line in st.session_state.get(SAID, ()):
        st.text(line)
    _sources()


def _given(turn: int) -> None:
    """An uploader of another key is an empty one: the file isn't kept."""
    given = st.session_state.get(f"exchange-file-{turn}")
    if given is not None:
        st.session_state[TAKEN] = turn + 1
        _take(given.name, given.getvalue())


def _take(name: str, content: bytes) -> None:
    st.session_state[SAID], st.session_state[WRONG] = (), ""
    try:
        found = read_points(content, name)
        result = take_in(data.store(), found.points)
    except LabError as error:
        st.session_state[WRONG] = _plain(str(error))
        return
    reasons = sorted(found.refused.items(), key=lambda pair: -pair[1])
    lines = [f"{found.rows:,} rows: {result.added:,} new, {result.known:,} known already."]
    lines += [f"{count:,} refused: {reason}." for reason, count in reasons[:REASONS]]
    if len(reasons) > REASONS:
        lines.append(f"{sum(count for _, count in reasons[REASONS:]):,} refused for other reasons.")
    st.session_state[SAID] = tuple(lines)


def _sources() -> None:
    """Whose points are here, each with a way to forget them."""
    try:
        sources = data.store().imported.sources()
    except StoreError:  # the page has said so
        return
    for number, source in enumerate(sources):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{source.name}: {source.points:,} point{'' if source.points == 1 else 's'}")
            st.button(
                "Forget", key=f"forget-{number}", type="tertiary", on_click=_forget, args=(source.name,),
                help="Takes these points away from all pages.",
            )  # fmt: skip


def _forget(source: str) -> None:
    try:
        gone = data.store().imported.forget(source)
        st.session_state[SAID] = (f"{gone:,} points forgotten.",)
    except StoreError as error:
        st.session_state[WRONG] = str(error)


def _plain(text: str) -> str:
    """Without what Markdown would read as its own: a file's name may hold anything."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>$~#:" else c for c in text)
