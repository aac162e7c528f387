"""Why the figures jump between two points: the sentence and its ranked causes, above all else on the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from compression.compare.jump import Cause, explain
from compression.errors import StoreError
from compression.point import Point
from pages.parts import data
from pages.parts.panels.common.judging import about

HEADS = {
    "setting": "Settings, by what they do",
    "layer": "Layers that changed most",
    "class": "Classes that lost",
}


def asked_of(before: Point, after: Point) -> dict[str, Any]:
    """The question ``changes`` about ``after`` beside ``before``; beside the original it is the panels' own."""
    asked = about(after.recipe, after)
    if before.recipe.steps:
        asked["beside"] = before.recipe.model_dump()
        if before.recipe.is_trained and before.artifact:
            asked["beside_kept"] = before.artifact
    return asked


def kept_answer(before: Point, after: Point) -> Mapping[str, Any] | None:
    """What was answered before, without any engine."""
    try:
        found: Mapping[str, Any] | None = data.store().beside.find(
            "changes", asked_of(before, after)
        )
    except StoreError:
        return None
    return found


def draw_why(before: Point, after: Point, known: data.Known, numbers: tuple[int, int]) -> None:
    """``numbers`` are those that the points have on the page, from 1."""
    jump = explain(before, after, known.by_key, kept_answer(before, after))
    st.markdown(f"**From {numbers[0]} to {numbers[1]}:** {_plain(jump.sentence)}")
    columns = "".join(
        _column(HEADS[kind], [cause for cause in jump.causes if cause.kind == kind])
        for kind in HEADS
    )
    st.html(f'<div class="lab-causes">{columns}</div>')


def _column(head: str, causes: list[Cause]) -> str:
    if not causes:
        return ""
    items = "".join(f"<li>{escape(cause.text)}</li>" for cause in causes)
    return f"<section><h2>{escape(head)}</h2><ol>{items}</ol></section>"


def _plain(text: str) -> str:
    """Without what Markdown would read as its own."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>$~#" else c for c in text)
