"""What a sweep's form asks of one knob: names to visit, or the two ends of a range."""

from __future__ import annotations

from typing import Any

import streamlit as st

from compression.techniques.step import Knob, Step
from pages.parts.form.glossary import named


def chosen_names(technique: type[Step], knob: Knob, key: str) -> tuple[str, ...]:
    """Of a knob that has names for values: two at first."""
    return tuple(
        st.pills(
            knob.label, knob.choices, selection_mode="multi", default=list(knob.choices[:2]),
            format_func=lambda value: named(technique, knob, value), key=f"{key}-values",
        )
    )  # fmt: skip


def chosen_ends(knob: Knob, key: str) -> tuple[Any, Any]:
    """Of a number's slider: the whole of it at first."""
    every = knob.grid()
    is_share = not knob.is_integer and knob.high is not None and knob.high <= 1
    low, high = st.select_slider(
        f"{knob.label} from, to", every, value=(every[0], every[-1]),
        format_func=lambda value: f"{value:.0%}" if is_share else f"{value:g}",
        key=f"{key}-range",
    )  # fmt: skip
    return low, high


def between(knob: Knob, low: Any, high: Any) -> tuple[Any, ...]:
    """The positions of its slider from one end to the other."""
    return tuple(position for position in knob.grid() if low <= position <= high)
