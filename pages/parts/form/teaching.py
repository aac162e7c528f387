"""What a teacher's link has prepared: knobs that are fixed or hidden, and the pages that the navigation shows."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from compression.techniques.step import Step
from pages.parts.form.address import said

FIX, HIDE, PAGES = "fix", "hide", "pages"
NAMES = (FIX, HIDE, PAGES)
KEY = "_teaching"
MOST = 40
"""Names of one part that are read."""


@dataclass(frozen=True)
class Teaching:
    """Names of knobs and addresses of pages; nothing without a teacher's link."""

    fixed: frozenset[str] = field(default_factory=frozenset)
    hidden: frozenset[str] = field(default_factory=frozenset)
    pages: frozenset[str] = field(default_factory=frozenset)

    def shows(self, address: str) -> bool:
        return not self.pages or address in self.pages

    def __bool__(self) -> bool:
        return bool(self.fixed or self.hidden or self.pages)


def teaching() -> Teaching:
    """What this visit was prepared with."""
    found: Teaching = st.session_state.get(KEY, Teaching())
    return found


def read_teaching() -> Teaching:
    """Take it from the address, which only the first page of a visit has."""
    if any(name in st.query_params for name in NAMES):
        st.session_state[KEY] = Teaching(*(_names(name) for name in NAMES))
    return teaching()


def leave() -> None:
    """Everything is shown again, and moves."""
    st.session_state[KEY] = Teaching()
    for name in NAMES:
        st.query_params.pop(name, None)


def draw_teaching(technique: type[Step]) -> None:
    """Below the knobs: what was prepared, what of it this page doesn't know, and the way out."""
    prepared = teaching()
    if not prepared:
        return
    knobs = {knob.name: knob.label for knob in technique.knobs()}
    fixed = [label for name, label in knobs.items() if name in prepared.fixed]
    hidden = [label for name, label in knobs.items() if name in prepared.hidden]
    told = [
        "Prepared by a teacher.",
        f"Fixed: {', '.join(fixed)}." if fixed else "",
        f"Hidden: {', '.join(hidden)}." if hidden else "",
        *(
            f"{said(FIX, name)} names no knob of this page."
            for name in sorted(prepared.fixed - set(knobs))[:3]
        ),
        *(
            f"{said(HIDE, name)} names no knob of this page."
            for name in sorted(prepared.hidden - set(knobs))[:3]
        ),
    ]
    st.caption(" ".join(filter(None, told)))
    st.button("Show everything", key="teaching-leave", on_click=leave, type="tertiary")


def _names(part: str) -> frozenset[str]:
    text = st.query_params.get(part, "")
    return frozenset(name.strip() for name in text.split(",")[:MOST] if name.strip())
