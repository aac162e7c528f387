"""One point to take along: its whole recipe in words, as a link, as a command, and as files."""

from __future__ import annotations

import base64
import inspect
from typing import Any

import streamlit as st

from compression.engine import Request
from compression.errors import LabError, StoreError
from compression.point import Point
from compression.point.model_card import model_card_of
from compression.recipe import Recipe
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.form.asked import asked
from pages.parts.panels.command import command
from pages.parts.panels.common.asking import poll
from pages.parts.shell import words
from pages.parts.shell.opening import whole_address

FILES = {"packed": "packed file", "onnx": "ONNX file", "c": "C header"}
ENDINGS = {"c": "h"}
HELP = {
    "packed": "One file; `compression.load(file)` gives the model back, `verify` measures it again.",
    "onnx": "What its accuracy was measured of, for any runtime that reads ONNX.",
    "c": "Weights and a small C99 program for microcontrollers, compiled and compared with ONNX Runtime first.",
}
WAIT_SECONDS = 0.15
MADE, KEPT = "_made_files", 4
"""The session's last files."""


_LAZY: dict[str, Any] = (
    {"on_change": "rerun"} if "on_change" in inspect.signature(st.popover).parameters else {}
)
"""Older Streamlits draw what is in a closed popover, too."""


@st.fragment
def this_point_door(page: type[Step], model: str) -> None:
    """A popover on what the page asks for when it is opened; closed, it costs nothing."""
    door = st.popover(
        "Take along", icon=":material/ios_share:", key="this-point", **_LAZY,
        help="This recipe as a link, as a command and as files.",
    )  # fmt: skip
    if not getattr(door, "open", True):
        return
    with door:
        try:
            recipe = asked(page).recipe(model)
            point = data.known(model).by_key.get(recipe.key)
        except LabError as error:
            st.caption(str(error))
            return
        this_point(recipe, point)


@st.fragment
def this_point(recipe: Recipe, point: Point | None) -> None:
    st.markdown(f"**{words.named(recipe)}**")
    st.caption("Its link, which opens just this recipe")
    st.code(whole_address(recipe), language=None, wrap_lines=True)
    st.caption("The command that measures it again")
    st.code(command(recipe), language=None, wrap_lines=True)
    for kind in FILES:
        _file(kind, recipe, point)
    card(recipe, point)


def card(recipe: Recipe, point: Point | None) -> None:
    """The model card, which is words alone: it needs no worker."""
    original = data.original(recipe.model)
    if point is None or original is None:
        return
    st.download_button(
        "Download the model card",
        model_card_of(point, original),
        file_name=f"{recipe.model.replace('/', '-')}-{recipe.key}.md",
        key="file-card",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
        help="What it is, all figures with how each was obtained, limits and the command, in Markdown.",
    )


def _file(kind: str, recipe: Recipe, point: Point | None) -> None:
    """The button of a file that is there, else of one that can be made."""
    kept = _kept(point) if kind == "packed" and point is not None else None
    if kept is not None:
        _download(kind, recipe, kept, "")
        return
    making: Request[Any] | None = st.session_state.get(MADE, {}).get((kind, recipe.key))
    if making is not None:
        making.wait(WAIT_SECONDS)
    if making is not None and not making.done:
        st.caption(f"Making the {FILES[kind]} …")
        poll(f"file-{kind}")
    elif making is not None and making.value is not None:
        content = base64.b64decode(making.value["content"])
        _download(kind, recipe, content, making.value["note"])
    else:
        if making is not None:
            st.error(making.error, icon=":material/error:")
        st.button(
            f"Make the {FILES[kind]}", key=f"make-{kind}", icon=":material/build:", width="stretch",
            on_click=_make, args=(kind, recipe, point), help=HELP[kind],
        )  # fmt: skip


def _kept(point: Point) -> bytes | None:
    """The packed file, if it is kept and whole; a store that can't be read has none."""
    try:
        return data.packed_file(point)
    except StoreError:
        return None


def _download(kind: str, recipe: Recipe, content: bytes, note: str) -> None:
    st.download_button(
        f"Download the {FILES[kind]} ({len(content) / 1000:.1f} kB)",
        content,
        file_name=f"{recipe.model.replace('/', '-')}-{recipe.key}.{ENDINGS.get(kind, kind)}",
        key=f"file-{kind}",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
        help=HELP[kind],
    )
    if note:
        st.caption(note)


def _make(kind: str, recipe: Recipe, point: Point | None) -> None:
    """Ask a worker: the web process knows no model. A file that failed is asked for again."""
    told: dict[str, Any] = {"model": recipe.model, "recipe": recipe.model_dump()}
    if point is not None and point.artifact:
        told["kept"] = point.artifact
    made = st.session_state.setdefault(MADE, {})
    made[kind, recipe.key] = data.engine().ask(f"{kind}_file", told)
    for oldest in list(made)[:-KEPT]:
        del made[oldest]
