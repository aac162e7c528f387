"""The form of a technique: one widget per knob, made from the step's own fields; state in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

import streamlit as st

from compression.recipe import only_effective
from compression.techniques.step import Knob, Step
from pages.parts.form.glossary import knob_hint, named
from pages.parts.form.link import is_possible, read_value
from pages.parts.form.presets import draw_presets
from pages.techniques.face import Face

FEW_CHOICES = 3
"""More choices, or long ones, go into a drop-down list."""

LONG = 14
"""Letters of all choices together that still fit side by side in the knobs' column."""


def knob_form(face: Face, model: str, *, on_change: Callable[[], None]) -> None:
    """Draw the knobs that have an effect now; ``knob_values`` reads them.

    Knobs without a widget, like bits by layer, mean something for one ``model`` only.
    ``on_change`` is called in the callback of a move that changes no other knob of the form: the
    form then need not be drawn again.
    """
    technique = face.step
    _forget_others_values(technique)
    unseen = [knob for knob in technique.knobs() if not knob.form]
    if st.session_state.setdefault("_form_of", model) != model:
        st.session_state["_form_of"] = model
        set_knobs({knob.name: knob.default for knob in unseen})
    for knob in unseen:
        _keep_in_url(technique, knob)
    for knob in technique.knobs():
        if knob.form and knob.choices:
            _keep_in_url(technique, knob)
    drawn = _shape(face)
    shown = [knob for knob in technique.knobs() if knob.form and knob.name in drawn]

    def moved() -> None:
        if _shape(face) == drawn:
            on_change()

    for name, chooser in face.choosers.items():
        if name in drawn:
            resolve_name(chooser)(model)
    for knob in (knob for knob in shown if not knob.more):
        if face.presets and knob.name == face.presets.before:
            draw_presets(face.presets, stand(technique), set_knobs)
        _widget(technique, knob, moved)
    hidden = [knob for knob in shown if knob.more]
    if hidden:
        with st.expander("More"):
            for knob in hidden:
                _widget(technique, knob, moved)


def _forget_others_values(technique: type[Step]) -> None:
    """Another page's knob of the same name may stand where this one can't."""
    for knob in technique.knobs():
        value = st.session_state.get(knob.name)
        if value is not None and knob.choices and value not in knob.choices:
            del st.session_state[knob.name]


def knob_values(technique: type[Step]) -> dict[str, Any]:
    """Where the knobs stand that have an effect, by name."""
    return only_effective(technique, stand(technique))


def set_knobs(values: Mapping[str, Any]) -> None:
    """Move the knobs; only in a callback, before the widgets of a run are drawn."""
    for name, value in values.items():
        st.session_state[name] = value


def reset(technique: type[Step]) -> None:
    set_knobs({knob.name: knob.default for knob in technique.knobs()})


def stand(technique: type[Step]) -> dict[str, Any]:
    """Where all knobs stand, those without an effect too, by name."""
    return {
        knob.name: _from_url(knob) if (value := st.session_state.get(knob.name)) is None else value
        for knob in technique.knobs()
    }


def _from_url(knob: Knob) -> Any:
    """Where a widget that is not drawn yet will stand: others depend on it."""
    value = read_value(knob, st.query_params.get(knob.name, ""))
    return knob.default if value is None else value


def _shape(face: Face) -> tuple[str | None, ...]:
    """What of the form depends on where the knobs stand: which are there, and the chosen preset."""
    preset = face.presets.current(stand(face.step)) if face.presets else None
    return (*knob_values(face.step), preset)


def _keep_in_url(technique: type[Step], knob: Knob) -> None:
    """A knob whose widget, if any, isn't bound: what stands in the URL is taken when it is news, else written there.

    A bound widget would write the names that it shows.
    """
    last_in_url = f"_{knob.name}_in_url"
    in_url = st.query_params.get(knob.name, "")
    if in_url != st.session_state.get(last_in_url, ""):
        st.session_state[knob.name] = (
            in_url if is_possible(technique, knob, in_url) else knob.default
        )
    value = st.session_state.setdefault(knob.name, knob.default)
    if value == knob.default:
        st.query_params.pop(knob.name, None)
    elif value != in_url:
        st.query_params[knob.name] = value
    st.session_state[last_in_url] = "" if value == knob.default else value


def _write_in_url(knob: Knob) -> None:
    """In the callback of an unbound widget, after which the form may not be drawn again."""
    value = st.session_state[knob.name]
    last = st.session_state[f"_{knob.name}_in_url"] = "" if value == knob.default else value
    if last:
        st.query_params[knob.name] = last
    else:
        st.query_params.pop(knob.name, None)


def _widget(technique: type[Step], knob: Knob, on_change: Callable[[], None]) -> None:
    """Values that are hidden for a while come back as they were."""
    label = (
        f"{knob.label} ({knob.unit})"
        if knob.unit and knob.unit not in knob.label.lower().split()
        else knob.label
    )
    if knob.choices:
        _chooser(technique, label, knob, on_change)
        return
    common: dict[str, Any] = {
        "key": knob.name, "bind": "query-params", "persist_state": "page", "on_change": on_change,
    }  # fmt: skip
    if knob.values:
        st.select_slider(
            label, knob.values, value=knob.default, format_func=lambda value: f"{value:g}",
            help=knob_hint(technique, knob, f"{knob.default:g}"), **common,
        )  # fmt: skip
    else:
        _slider(technique, label, knob, common)


def _chooser(technique: type[Step], label: str, knob: Knob, on_change: Callable[[], None]) -> None:
    """Side by side where there is room for all names, else in a list."""

    def moved() -> None:
        _write_in_url(knob)
        on_change()

    shown = {value: named(technique, knob, value) for value in knob.choices}
    common: dict[str, Any] = {
        "key": knob.name, "persist_state": "page", "on_change": moved,
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
