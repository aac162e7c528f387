"""What an address asks for that can't be: named on the page, with what is shown instead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from compression.errors import nearest
from compression.models.catalogue import MODELS
from compression.point import METRICS, axis_costs
from compression.techniques.step import Knob, Step
from pages.parts.form.address import is_possible, said
from pages.parts.form.axes import LOST, PLAIN, UPRIGHT
from pages.parts.form.chain_link import CHAIN, CHIP, PAGE, SEED
from pages.parts.form.device import DEVICE, HERE, by_title
from pages.parts.form.teaching import NAMES as TEACHING
from pages.techniques.face import Face

NOTES = "_link_notes"
MOST = 5
"""Notes that are shown; an address may be a kilometre long."""

FREE = (
    "sweep",
    "pins",
    "selected",
    "points",
    "pair",
    "view",
    "node",
    "branches",
    "techniques",
    "coordinates",
    "brushed",
    "country",
    "fleet",
    "embed",
    "embed_options",
    *TEACHING,
    CHAIN,
    CHIP,
    SEED,
    PAGE,
)
"""Names whose values are looked up later, or are Streamlit's own."""
LED_BY = ("then", "limit-", "guard-", "want-", "per-")
"""Beginnings of such names."""

ELSEWHERE = {
    "data": tuple(dict.fromkeys(card.dataset for card in MODELS.values())),
    "model": tuple(MODELS),
    "scale": ("log", "linear"),
    UPRIGHT: (LOST, PLAIN),
    **{
        name: tuple(metric.label for metric in axis_costs())
        for name in ("x1", "x2", "x3", "worth-of")
    },
    "with": tuple(dict.fromkeys(card.title for card in MODELS.values())),
    "painted": ("technique", *(metric.label for metric in METRICS.values())),
    "sized": ("all alike", *(metric.label for metric in METRICS.values())),
}
"""What the other parts of a page may be set to."""

NUMBERS = ("lose", "worth")
"""Parts that are numbers from 0 on."""


@dataclass(frozen=True)
class Note:
    """What is wrong with one part of the address; a ``knob``'s, or the model's, holds while what was first ``shown``
    instead does."""

    text: str
    knob: str = ""
    shown: Any = None


def link_notes(params: Mapping[str, str], face: Face | None, sections: Sequence[str]) -> list[Note]:
    """The parts of an address that are not possible on this page; without a face, on one of all techniques."""
    knobs = {} if face is None else {knob.name: knob for knob in face.step.knobs()}
    allowed = ELSEWHERE | ({"details": tuple(sections)} if sections else {})
    allowed[DEVICE] = (HERE, *by_title())
    found = []
    for name, given in params.items():
        if name in knobs and face is not None:
            found += _of_knob(face.step, knobs[name], given)
        elif name in allowed:
            if given not in allowed[name]:
                found.append(
                    Note(_not_one_of(name, given, allowed[name]), name if name == "model" else "")
                )
        elif name in NUMBERS:
            if not is_number(given):
                found.append(Note(f"{said(name, given)} is no number from 0 on"))
        elif name not in FREE and not name.startswith(LED_BY):
            found.append(Note(f"{said(name, given)} is nothing that this page knows"))
    return found


def is_number(given: str) -> bool:
    """A finite number from 0 on."""
    try:
        return 0 <= float(given) < math.inf
    except ValueError:
        return False


def read_link(face: Face | None, sections: Sequence[str] = (), wrong: Sequence[str] = ()) -> None:
    """Take notes of this run's address, before Streamlit corrects it; those of another page are forgotten.

    ``wrong`` is what of its chain can't be.
    """
    page = "" if face is None else face.name
    where, kept = st.session_state.get(NOTES, (page, []))
    new = [*map(Note, wrong), *link_notes(st.query_params.to_dict(), face, sections)]
    kept = kept if where == page else []
    texts = {note.text for note in kept}
    st.session_state[NOTES] = (page, [*kept, *(note for note in new if note.text not in texts)])


def draw_notes(stand: Mapping[str, Any]) -> None:
    """The notes that still hold where the knobs stand now."""
    page, notes = st.session_state.get(NOTES, ("", []))
    notes = [
        replace(note, shown=stand.get(note.knob)) if note.knob and note.shown is None else note
        for note in notes
    ]
    st.session_state[NOTES] = (page, notes)
    told = [
        f"{note.text}: {_value(note.shown)} is shown." if note.knob else f"{note.text}."
        for note in notes
        if not note.knob or stand.get(note.knob) == note.shown
    ]
    if notes:  # what no longer holds leaves its place empty, so that nothing moves
        with st.container(key="notes"):
            st.caption(f"In the address: {' '.join(told[:MOST])}" if told else "&nbsp;")


def _not_one_of(name: str, given: str, allowed: Sequence[str]) -> str:
    """All that is allowed, where that is few; else what comes closest."""
    near = nearest(given, allowed)
    if len(near) == len(allowed):
        return f"{said(name, given)} is not one of {', '.join(allowed)}"
    return f"{said(name, given)} is none of the {len(allowed)} there are; closest come {', '.join(near)}"


def _of_knob(technique: type[Step], knob: Knob, given: str) -> list[Note]:
    if is_possible(technique, knob, given):
        return []
    return [Note(f"{said(knob.name, given)} is not {knob.allowed}", knob.name)]


def _value(shown: Any) -> str:
    return f"{shown:g}" if isinstance(shown, (int, float)) else str(shown) or "nothing"
