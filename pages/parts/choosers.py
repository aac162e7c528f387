"""Choosers for knobs whose values depend on the model: student and teacher, each with its size.

The knob itself stays a text in the session's state and in the URL, which `knobs.py` keeps there.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.models.student_cards import students
from compression.techniques.distillation.knobs import ORIGINAL, PREVIOUS, SELF, Distill
from pages.parts.distillation import student_parameters, student_title

TEACHERS = "teachers"
DEFAULTS = {knob.name: knob.default for knob in Distill.knobs()}


def choose_student(model: str, on_change: Callable[[], None]) -> None:
    """All students for the model's data set, smallest first, and the one that a link may name."""
    offered = [card.name for card in students(MODELS[model].dataset)] + [SELF]
    chosen = st.session_state["student"]
    if not _is_possible(model, chosen):
        st.session_state["student"] = DEFAULTS["student"]
    elif chosen not in offered:
        offered.insert(0, chosen)
    st.selectbox(
        "Student",
        offered,
        format_func=lambda name: _student(model, name),
        key="student",
        persist_state="page",
        on_change=on_change,
        help="The network that learns; the number is how many parameters it has. cnn: convolutions; dscnn: "
        "depthwise separable ones; mlp: dense layers; gru: recurrent. w is the width, d the depth.",
    )


def choose_teachers(model: str, on_change: Callable[[], None]) -> None:
    """This model and the others of its data set; several together answer with their mean."""
    others = [card.id for card in MODELS.values() if card.dataset == MODELS[model].dataset]
    offered = [PREVIOUS, *(name for name in others if name != model)]
    named = st.session_state["teacher"].split("+")
    if any(name not in (*offered, model, ORIGINAL) for name in named):
        st.session_state["teacher"], named = DEFAULTS["teacher"], []
    st.session_state[TEACHERS] = [name for name in named if name in offered] or [PREVIOUS]

    def moved() -> None:
        names = sorted(st.session_state[TEACHERS]) or [PREVIOUS]
        st.session_state["teacher"] = "+".join(names)
        on_change()

    st.multiselect(
        "Teacher",
        offered,
        format_func=lambda name: _teacher(model if name == PREVIOUS else name),
        key=TEACHERS,
        on_change=moved,
        help="Whose answers the student learns from; the number is how many parameters it has. Several "
        "teachers answer with their mean.",
    )


CHOOSERS: dict[str, dict[str, Callable[[str, Callable[[], None]], None]]] = {
    "distill": {"student": choose_student, "teacher": choose_teachers}
}
"""By technique, then by knob."""


def _is_possible(model: str, student: str) -> bool:
    """A link may name a student that reads signals over time for a model that reads images."""
    try:
        student_parameters(model, student)
    except UsageError:
        return False
    return True


def _student(model: str, name: str) -> str:
    return f"{student_title(model, name)}, {_count(student_parameters(model, name))}"


def _teacher(model: str) -> str:
    return f"{MODELS[model].title}, {_count(MODELS[model].parameters)}"


def _count(parameters: int) -> str:
    return f"{parameters:,} parameters"
