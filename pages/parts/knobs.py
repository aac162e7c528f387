"""The form of a technique: one widget per knob, made from the step's own fields; state in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.techniques.step import Knob, Step


def knob_form(technique: type[Step]) -> dict[str, Any]:
    """Draw the knobs of a technique and return their values by name."""
    knobs = technique.knobs()
    values = {knob.name: _widget(knob) for knob in knobs if not knob.more}
    hidden = [knob for knob in knobs if knob.more]
    if hidden:
        with st.expander("More"):
            values |= {knob.name: _widget(knob) for knob in hidden}
    return values


def set_knobs(values: Mapping[str, Any]) -> None:
    """Move the knobs; only in a callback, before the widgets of a run are drawn."""
    for name, value in values.items():
        st.session_state[name] = value


def reset(technique: type[Step]) -> None:
    set_knobs({knob.name: knob.default for knob in technique.knobs()})


def _widget(knob: Knob) -> Any:
    label = (
        f"{knob.label} ({knob.unit})"
        if knob.unit and knob.unit != knob.label.lower()
        else knob.label
    )
    if knob.choices:
        chosen = st.segmented_control(
            label,
            knob.choices,
            default=knob.default,
            required=True,
            help=f"{knob.help} Default: {knob.default}.",
            key=knob.name,
            bind="query-params",
        )
        return chosen or knob.default
    share = not knob.is_integer and knob.high is not None and knob.high <= 1
    default = f"{knob.default:.0%}" if share else f"{knob.default:g}"
    number = int if knob.is_integer else float
    return st.slider(
        label,
        min_value=number(knob.low or 0),
        max_value=number(knob.high or 0),
        value=number(knob.default),
        step=number(knob.step or 1),
        format="percent" if share else None,
        help=f"{knob.help} Default: {default}.",
        key=knob.name,
        bind="query-params",
    )
