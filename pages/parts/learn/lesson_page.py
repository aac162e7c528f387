"""One lesson: resolved on what this store knows, and drawn by the browser alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from compression.errors import LabError
from compression.lessons import LESSONS, lesson, resolved
from compression.lessons.shipped import shipped
from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form.address import said
from pages.parts.form.glossary import MARKED, plain, terms
from pages.parts.learn.rooms import room_of
from pages.parts.shell.opening import address_of
from pages.parts.shell.page_files import learn
from pages.parts.shell.page_title import page_title
from pages.parts.shell.serving import asset_url

LESSON, CLASS = "lesson", "class"

_component = st.components.v2.component(
    "compact_ai_lab_lesson",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def lesson_page() -> None:
    asked = st.query_params.get(LESSON, LESSONS[0])
    if asked not in LESSONS:
        page_title("Lesson", "A guess, and then what was measured.")
        st.warning(
            f"In the address: {said(LESSON, asked)} is no lesson: choose one of those below."
        )
        _all_of_them()
        return
    page_title(lesson(asked).title, "Somebody asks, you guess, then you see what was measured.")
    try:
        told = resolved(asked, known)
    except LabError as error:
        st.error(f"This lesson can't be shown: {error}", icon=":material/error:")
        _all_of_them()
        return
    code = st.query_params.get(CLASS, "")
    room, wrong = room_of(code)
    if wrong:
        st.warning(wrong, icon=":material/groups:")
    draw(asked, told, {"code": room, "url": "class"} if room else None)


def known(model: str) -> Mapping[str, Point]:
    """What this store knows, and the bundled points, should the store have lost one."""
    return {**shipped(model), **data.known_or_bundled(model).by_key}


def draw(name: str, told: Mapping[str, Any], room: Mapping[str, str] | None) -> None:
    """The whole lesson as one component, which no answer makes the server draw again."""
    face = FACES[lesson(name).technique]
    recipe = Recipe.build(told["lab"]["model"], told["lab"]["steps"])
    page, parts = address_of(recipe)
    kept = {CLASS: room["code"]} if room else {}
    sent = {
        "lesson": told,
        "terms": {term.lower(): plain(term) for term in _marked(told) if term.lower() in terms()},
        "links": {
            "lab": f"{page.address}?{urlencode(parts)}",
            "next": f"lesson?{urlencode({LESSON: told['next']['id'], **kept})}",
            "all": f"learn?{urlencode(kept)}" if kept else "learn",
        },
        "room": room,
        "sign": {"light": face.sign.light, "dark": face.sign.dark},
    }
    version = sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()[:16]
    _component(
        key=f"lesson-{name}",
        data={"code": asset_url("learn/lesson.js"), "version": version, **sent},
    )


def _marked(told: Mapping[str, Any]) -> list[str]:
    return sorted(set(MARKED.findall(json.dumps(told))))


def _all_of_them() -> None:
    st.page_link(learn(), label="All lessons", icon=":material/lightbulb:")
