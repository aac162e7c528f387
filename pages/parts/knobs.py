"""The form of a technique: one widget per knob, made from the step's own fields; state in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from compression.techniques.step import Knob, Step


def knob_form(technique: type[Step], *, on_change: Callable[[], None]) -> None:
    """Draw the knobs of a technique; ``knob_values`` reads them."""
    knobs = technique.knobs()
    for knob in (knob for knob in knobs if not knob.more):
        _widget(knob, on_change)
    hidden = [knob for knob in knobs if knob.more]
    if hidden:
        with st.expander("More"):
            for knob in hidden:
                _widget(knob, on_change)


def knob_values(technique: type[Step]) -> dict[str, Any]:
    """Where the knobs stand, by name."""
    stand = {knob.name: st.session_state.get(knob.name) for knob in technique.knobs()}
    return {
        knob.name: knob.default if stand[knob.name] is None else stand[knob.name]
        for knob in technique.knobs()
    }


def set_knobs(values: Mapping[str, Any]) -> None:
    """Move the knobs; only in a callback, before the widgets of a run are drawn."""
    for name, value in values.items():
        st.session_state[name] = value


def reset(technique: type[Step]) -> None:
    set_knobs({knob.name: knob.default for knob in technique.knobs()})


def _widget(knob: Knob, on_change: Callable[[], None]) -> None:
    label = (
        f"{knob.label} ({knob.unit})"
        if knob.unit and knob.unit != knob.label.lower()
        else knob.label
    )
    if knob.choices:
        st.segmented_control(
            label,
            knob.choices,
            default=knob.default,
            required=True,
            help=f"{knob.help} Default: {knob.default}.",
            key=knob.name,
            bind="query-params",
            on_change=on_change,
        )
        return
    share = not knob.is_integer and knob.high is not None and knob.high <= 1
    default = f"{knob.default:.0%}" if share else f"{knob.default:g}"
    number = int if knob.is_integer else float
    st.slider(
        label,
        min_value=number(knob.low or 0),
        max_value=number(knob.high or 0),
        value=number(knob.default),
        step=number(knob.step or 1),
        format="percent" if share else None,
        help=f"{knob.help} Default: {default}.",
        key=knob.name,
        bind="query-params",
        on_change=on_change,
    )
