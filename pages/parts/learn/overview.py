"""All lessons, a tile each; what one has guessed so far; and what teachers need."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from compression.errors import LabError
from compression.lessons import lessons, question_of
from compression.lessons.content import Lesson
from pages.parts.faces import FACES
from pages.parts.learn.class_room import class_room
from pages.parts.learn.lesson_page import CLASS, LESSON, known
from pages.parts.learn.rooms import room_of
from pages.parts.learn.teachers_link import teachers_link
from pages.parts.shell.page_files import lesson as lesson_file
from pages.parts.shell.page_title import page_title
from pages.parts.shell.serving import asset_url

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "learn.css"

_ledger = st.components.v2.component(
    "compact_ai_lab_ledger",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def overview() -> None:
    page_title("Learn", "Each lesson asks for one guess, and then shows what was measured.")
    st.html(STYLE)
    code, wrong = room_of(st.query_params.get(CLASS, ""))
    if wrong:
        st.warning(wrong, icon=":material/groups:")
    st.markdown(
        "Somebody asks, you guess, and then you see what was measured: one question, one surprise, a few minutes each."
    )
    if code:
        st.info(
            f"You are in class **{code}**: what you guess is shown to all of it, without your name.",
            icon=":material/groups:",
        )
    every = lessons()
    for title, kind in (("Five techniques", "technique"), ("Four challenges", "challenge")):
        st.header(title, anchor=False)
        with st.container(key=f"lessons-{kind}"):
            for each in every:
                if each.kind == kind:
                    _tile(each, code)
    st.header("What you guessed", anchor=False)
    _ledger(
        key="ledger",
        data={"code": asset_url("learn/ledger_view.js"), "lessons": [each.id for each in every]},
    )
    st.header("For teachers", anchor=False)
    together, prepared = st.columns(2, gap="large")
    with together:
        class_room(code)
    with prepared:
        teachers_link()


def _tile(lesson: Lesson, code: str) -> None:
    face = FACES[lesson.technique]
    asked = {LESSON: lesson.id} | ({CLASS: code} if code else {})
    with st.container(border=True, key=f"tile-{lesson.id}", gap="xsmall"):
        st.page_link(
            lesson_file(), label=lesson.title, icon=f":material/{face.icon}:", query_params=asked
        )
        try:
            st.markdown(question_of(lesson.id, known))
        except LabError as error:
            st.caption(f"Not to be had now: {error}")
