"""The choosers of student and teacher, each with its size: which there are depends on the model.

The knob itself stays a text in the chain that the page asks for, as `form/knobs.py` keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.student_cards import students
from compression.techniques.distillation.knobs import ORIGINAL, PREVIOUS, SELF, Distill
from pages.parts.form.knobs import keep, set_knobs, stand
from pages.parts.panels.distillation.students import student_parameters, student_title

ONE, MANY, SEVERAL = "teacher-one", "teacher-many", "several"
DEFAULTS = {knob.name: knob.default for knob in Distill.knobs()}


def choose_student(model: str) -> None:
    """All students for the model's data set, smallest first, and the one that a link may name."""
    offered = [card.name for card in students(model_card(model).dataset)] + [SELF]
    chosen = stand(Distill)["student"]
    if not _is_possible(model, chosen):
        set_knobs({"student": DEFAULTS["student"]})
    elif chosen not in offered:
        offered.insert(0, chosen)
    st.selectbox(
        "Student (parameters)",
        offered,
        format_func=lambda name: (
            f"{student_title(model, name)} ({student_parameters(model, name):,})"
        ),
        key="student",
        on_change=keep,
        args=("student",),
        help="The network that learns, and how many parameters it has. cnn: convolutions; dscnn: depthwise "
        "separable ones; mlp: dense layers; gru: recurrent; plain: channels of each stage, with max-pooling between. "
        "w is the width, d the depth.",
    )


def choose_teachers(model: str) -> None:
    """This model or another of its data set; or several, which answer with their mean."""
    others = [card.id for card in MODELS.values() if card.dataset == model_card(model).dataset]
    offered = [PREVIOUS, *(name for name in others if name != model)]
    named = stand(Distill)["teacher"].split("+")
    if any(name not in (*offered, model, ORIGINAL) for name in named):
        set_knobs({"teacher": DEFAULTS["teacher"]})
        named = [PREVIOUS]
    known = [name for name in named if name in offered] or [PREVIOUS]
    are_several = len(known) > 1 or st.session_state.get(ONE) == SEVERAL
    st.session_state[ONE] = SEVERAL if are_several else known[0]

    def of(name: str) -> str:
        return _short(model_card(model if name == PREVIOUS else name).title)

    def chosen(names: Sequence[str]) -> None:
        set_knobs({"teacher": "+".join(sorted(names) or [PREVIOUS])})

    def one_chosen() -> None:
        if (name := st.session_state[ONE]) != SEVERAL:
            chosen([name])

    st.selectbox(
        "Teacher (parameters)",
        [*offered, SEVERAL],
        format_func=lambda name: (
            "several" if name == SEVERAL else f"{of(name)} ({_parameters(model, name):,})"
        ),
        key=ONE,
        on_change=one_chosen,
        help="Whose answers the student learns from, and how many parameters it has. Several teachers answer "
        "with the mean of their answers.",
    )
    if are_several:
        st.session_state[MANY] = known
        st.multiselect(
            "Teachers", offered, format_func=of, key=MANY, on_change=lambda: chosen(st.session_state[MANY]),
            label_visibility="collapsed",
        )  # fmt: skip


def _is_possible(model: str, student: str) -> bool:
    """A link may name a student that reads signals over time for a model that reads images."""
    try:
        student_parameters(model, student)
    except UsageError:
        return False
    return True


def _short(title: str) -> str:
    """The title without its list of widths: the chooser is narrow."""
    return " ".join(word for word in title.split() if not word.replace("-", "").isdigit())


def _parameters(model: str, teacher: str) -> int:
    return model_card(model if teacher == PREVIOUS else teacher).parameters
