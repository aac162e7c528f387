"""The guided tour: three things to do on one technique's page, each watched until it is done; the last surprises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from compression.point import Point, quality_of
from compression.techniques.step import Step
from pages.parts.faces import FACES
from pages.parts.form.asked import ask_for
from pages.parts.form.chain import Chain, Stand
from pages.parts.form.knobs import set_knobs
from pages.parts.shell import words
from pages.techniques.face import Face

TECHNIQUE = "quantize"
STYLE = Path(__file__).parents[3] / "assets" / "shell" / "tour.css"
AT, SAID = "_tour", "_tour_said"
"""Where the tour is (None: nowhere), and what came of the task before."""

BEGINNING: Mapping[str, Any] = {"bits": 4, "details": None}
PANEL = "Number line"


@dataclass(frozen=True)
class Task:
    """What a visitor is asked to do, when it is done, and what is said of the point then."""

    ask: str
    is_done: Callable[[Step, str | None], bool]
    outcome: Callable[[Point, Point], str]


def _bits(bits: float) -> Callable[[Step, str | None], bool]:
    return lambda step, section: getattr(step, "bits", None) == bits


def _headline(point: Point, original: Point) -> str:
    return f"**3 bits:** {words.headline(point, original)}"


def _surprise(point: Point, original: Point) -> str:
    metric = quality_of(point.recipe.model)
    before, after = original.text(metric.field), point.text(metric.field)
    return (
        f"**Two values for each weight, and still {after}** {metric.label.lower()}, against {before} before. "
        f"{words.headline(point, original)} The other weights of a layer make up for what each one loses."
    )


TASKS = (
    Task(
        "**Move *Bits* from 4 to 3**: drag the slider, or press ← on it. The ringed point is this model.",
        _bits(3),
        _headline,
    ),
    Task(
        f"**Open *{PANEL}*** below the plots: 3 bits are eight values, and each weight has become one of them.",
        lambda step, section: section == PANEL,
        lambda point, original: "Fewer bits, fewer values to choose from.",
    ),
    Task(
        "**Now all the way, to 1 bit.** Two values are left: each weight only says plus or minus. Guess first: how "
        "much of the accuracy will be left?",
        _bits(1),
        _surprise,
    ),
)


def start() -> None:
    """Begin, or begin again; only in a callback, before the page's widgets are drawn."""
    ask_for(Chain((Stand.usual(FACES[TECHNIQUE].step),)))
    set_knobs(BEGINNING)
    st.session_state[AT] = 0
    st.session_state[SAID] = ""


def stop() -> None:
    st.session_state[AT] = None


def is_running() -> bool:
    return st.session_state.get(AT) is not None


def follow(face: Face, step: Step, point: Point | None, original: Point | None) -> None:
    """Draw the task, or the next one if it is done: once a point is there that can be spoken of."""
    if not is_running() or face.name != TECHNIQUE:
        return
    at = st.session_state[AT]
    is_there = point is not None and original is not None and point.stage == "full"
    if at < len(TASKS) and is_there and TASKS[at].is_done(step, st.session_state.get("details")):
        assert point is not None and original is not None
        st.session_state[SAID] = TASKS[at].outcome(point, original)
        at = st.session_state[AT] = at + 1
    _draw(at, st.session_state[SAID])


def _draw(at: int, said: str) -> None:
    is_over = at >= len(TASKS)
    with st.container(key="tour", gap="small"):
        st.html(STYLE)
        st.caption("The tour is over" if is_over else f"Tour, {at + 1} of {len(TASKS)}")
        if said:
            st.markdown(said)
        if not is_over:
            st.markdown(TASKS[at].ask)
        label = "Close" if is_over else "Skip the tour"
        st.button(label, key="tour-end", on_click=stop, type="primary" if is_over else "tertiary")
