"""The form of a step: one widget per knob, made from the step's own fields. Where they stand is the chain's to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

import streamlit as st

from compression.recipe import only_effective
from compression.techniques.step import Knob, Step
from pages.parts.form.asked import ASKED, ask_for, asked, forget_other_models, opened
from pages.parts.form.chain import Chain
from pages.parts.form.glossary import knob_hint, named
from pages.parts.form.presets import draw_presets
from pages.parts.form.teaching import teaching
from pages.techniques.face import Face

FEW_CHOICES = 3
"""More choices, or long ones, go into a drop-down list."""

LONG = 14
"""Letters of all choices together that still fit side by side in the knobs' column."""

DRAWN = "_form_of"


def knob_form(
    face: Face, model: str, *, on_change: Callable[[], None], on_turn: Callable[[], None]
) -> list[str]:
    """Draw the knobs that have an effect now, and return their names; ``knob_values`` reads them.

    ``on_change`` is called in the callback of a move that changes no other knob of the form: the
    form then need not be drawn again. Of any other move ``on_turn`` is called.
    """
    technique = face.step
    forget_other_models(model, technique)
    drawn = _shape(face)
    hidden_by_teacher = teaching().hidden
    shown = [
        k
        for k in technique.knobs()
        if k.form and k.name in drawn and k.name not in hidden_by_teacher
    ]
    _put(technique, [knob.name for knob in (*shown, *(k for k in technique.knobs() if not k.form))])

    def moved(name: str) -> None:
        keep(name)
        if _shape(face) == drawn:
            on_change()
        else:
            on_turn()

    for name, chooser in face.choosers.items():
        if name in drawn and not {name} & (hidden_by_teacher | teaching().fixed):
            resolve_name(chooser)(model)
    for knob in (knob for knob in shown if not knob.more):
        if face.presets and knob.name == face.presets.before and not teaching():
            draw_presets(face.presets, stand(technique), set_knobs)
        _widget(technique, knob, moved)
    hidden = [knob for knob in shown if knob.more]
    if hidden:
        with st.expander("More"):
            for knob in hidden:
                _widget(technique, knob, moved)
    return [knob.name for knob in shown]


def knob_values(technique: type[Step]) -> dict[str, Any]:
    """Where the knobs stand that have an effect, by name."""
    return only_effective(technique, stand(technique))


def set_knobs(values: Mapping[str, Any]) -> None:
    """Move the knobs; only in a callback, before the widgets of a run are drawn."""
    chain: Chain | None = st.session_state.get(ASKED)
    if chain is not None:
        ask_for(chain.moved(values))
    for name, value in values.items():
        st.session_state[name] = value


def keep(name: str) -> None:
    """In a widget's callback: the knob stands where the widget does."""
    chain: Chain = st.session_state[ASKED]
    ask_for(chain.moved({name: st.session_state[name]}))


def reset(technique: type[Step]) -> None:
    fixed = teaching().fixed
    set_knobs({k.name: k.default for k in technique.knobs() if k.name not in fixed})


def stand(technique: type[Step]) -> dict[str, Any]:
    """Where all knobs of the step in the form stand, those without an effect too, by name."""
    return dict(asked(technique).selected.values)


def form_is_drawn(page: type[Step]) -> None:
    """At the end of a page's run: the browser has this form now, and its widgets stand where they were put."""
    st.session_state[DRAWN] = _form(page)


def _form(page: type[Step]) -> tuple[Any, ...]:
    """What tells one form from another."""
    chain = asked(page)
    return chain.at, chain.techniques, opened()


def _put(technique: type[Step], names: list[str]) -> None:
    """Widgets where the chain's knobs stand.

    All of them in a form that the browser hasn't yet: a widget of the same name may be of another step, and a run that
    was cut short has told the browser nothing.
    """
    chain = asked(technique)
    is_new = st.session_state.get(DRAWN) != _form(technique)
    for name in names:
        value = chain.selected.values[name]
        if is_new or st.session_state.get(name) != value:
            st.session_state[name] = value


def _shape(face: Face) -> tuple[str | None, ...]:
    """What of the form depends on where the knobs stand: which are there, and the chosen preset."""
    preset = face.presets.current(stand(face.step)) if face.presets else None
    return (*knob_values(face.step), preset)


def _widget(technique: type[Step], knob: Knob, moved: Callable[[str], None]) -> None:
    """Values that are hidden for a while come back as they were: the chain keeps them."""
    label = (
        f"{knob.label} ({knob.unit})"
        if knob.unit and knob.unit not in knob.label.lower().split()
        else knob.label
    )
    if knob.choices:
        _chooser(technique, label, knob, moved)
        return
    common: dict[str, Any] = {
        "key": knob.name, "on_change": moved, "args": (knob.name,), "disabled": knob.name in teaching().fixed,
    }  # fmt: skip
    if knob.values:
        st.select_slider(
            label, knob.values, value=knob.default, format_func=lambda value: f"{value:g}",
            help=knob_hint(technique, knob, f"{knob.default:g}"), **common,
        )  # fmt: skip
    else:
        _slider(technique, label, knob, common)


def _chooser(technique: type[Step], label: str, knob: Knob, moved: Callable[[str], None]) -> None:
    """Side by side where there is room for all names, else in a list."""
    shown = {value: named(technique, knob, value) for value in knob.choices}
    common: dict[str, Any] = {
        "key": knob.name, "on_change": moved, "args": (knob.name,), "disabled": knob.name in teaching().fixed,
        "format_func": lambda value: shown.get(value, value),
        "help": knob_hint(technique, knob, shown[knob.default]),
    }  # fmt: skip
    if len(knob.choices) <= FEW_CHOICES and len("".join(shown.values())) <= LONG:
        st.segmented_control(label, knob.choices, default=knob.default, required=True, **common)
    else:
        st.selectbox(label, knob.choices, index=knob.choices.index(knob.default), **common)


def _slider(technique: type[Step], label: str, knob: Knob, common: Mapping[str, Any]) -> None:
    share = not knob.is_integer and knob.high is not None and knob.high <= 1
    default = f"{knob.default:.0%}" if share else f"{knob.default:g}"
    number = int if knob.is_integer else float
    st.slider(
        label,
        min_value=number(knob.low or 0),
        max_value=number(knob.high or 0),
        value=number(knob.default),
        step=number(knob.step or 1),
        format="percent" if share else None if knob.is_integer else "%g",
        help=knob_hint(technique, knob, default),
        **common,
    )
