"""What colour and size of the plots' points say, and which figures the parallel coordinates beneath them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from compression.point import METRICS, headline_of

COLOUR, SIZE, COORDINATES = "painted", "sized", "coordinates"
"""Their parts of the address."""

TECHNIQUE, ALIKE = "technique", "all alike"
MOST = 8
"""Coordinates that still can be read."""


@dataclass(frozen=True)
class Paint:
    """Metrics; empty where the technique gives the colour, and where all points are of one size."""

    colour: str
    size: str
    parallel: tuple[str, ...]


def choose_paint(model: str, known: Sequence[str]) -> Paint:
    """A popover: any figure that some of the points have may give colour and size, and be a coordinate."""
    usual = [metric.field for metric in headline_of(model) if metric.field in known]
    with st.popover("Colour and size", icon=":material/palette:", width="stretch"):
        colour = st.selectbox(
            "Colour", [TECHNIQUE, *known], format_func=_label, key=COLOUR, bind="query-params",
            help="Points are always of the shape of their technique.",
        )  # fmt: skip
        size = st.selectbox(
            "Size of a point", [ALIKE, *known], format_func=_label, key=SIZE, bind="query-params"
        )
        coordinates = st.multiselect(
            "Parallel coordinates", known, default=usual, format_func=_label, key=COORDINATES,
            bind="query-params", max_selections=MOST, placeholder="none",
            help="One line a point beneath the plots: drag along a coordinate to select the points that are there.",
        )  # fmt: skip
    return Paint(
        "" if colour == TECHNIQUE else colour,
        "" if size == ALIKE else size,
        tuple(coordinates) if len(coordinates) > 1 else (),
    )


def _label(name: str) -> str:
    return METRICS[name].label if name in METRICS else name
